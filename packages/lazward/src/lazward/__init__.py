"""The client of Lazward: what training scripts, laptops and compute nodes install."""

__version__ = "0.1.0"
