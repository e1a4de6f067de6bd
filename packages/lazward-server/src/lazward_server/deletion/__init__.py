"""Removing for good, with files and all: runs, experiments, whole workspaces."""
