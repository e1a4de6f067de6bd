"""Compute targets that are a Slurm, spoken to by its own programs."""
