"""What runs a job, on whatever machine: fetch, prepare, run, report; ``python -m lazward.launcher``."""
