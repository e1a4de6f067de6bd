"""Data Lake Analytics accounts, which do not work yet."""

from azureml.core.compute._later import Later


class AdlaCompute(Later):
    """A Data Lake Analytics account: not supported."""
