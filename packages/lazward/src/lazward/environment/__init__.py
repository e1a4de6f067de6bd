"""Environments on the machine that runs a job: built once for each content, and kept."""
