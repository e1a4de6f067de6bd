"""Environments: what jobs run in, registered under names, each version as it was forever."""
