"""Messages as they travel, one file per noun."""
