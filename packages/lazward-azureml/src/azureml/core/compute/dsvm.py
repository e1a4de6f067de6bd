"""Data science machines, which do not work yet."""

from azureml.core.compute._later import Later


class DsvmCompute(Later):
    """A data science machine: not supported."""
