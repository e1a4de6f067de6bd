"""Storage: the seam, the tables, the migrations."""
