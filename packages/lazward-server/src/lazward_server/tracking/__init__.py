"""Experiments, runs and what they log."""
