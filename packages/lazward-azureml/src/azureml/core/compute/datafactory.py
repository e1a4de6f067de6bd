"""Data factories, which do not work yet."""

from azureml.core.compute._later import Later


class DataFactoryCompute(Later):
    """A data factory: not supported."""
