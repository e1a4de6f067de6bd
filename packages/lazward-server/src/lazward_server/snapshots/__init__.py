"""Snapshots: the files that jobs start with, kept once each."""
