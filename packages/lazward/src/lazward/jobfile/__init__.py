"""Job files: what is to be run, written down as YAML, and submitting it."""
