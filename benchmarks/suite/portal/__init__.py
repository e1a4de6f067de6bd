"""Measures the portal in Chromium, beside MLflow's own pages on the same data."""
