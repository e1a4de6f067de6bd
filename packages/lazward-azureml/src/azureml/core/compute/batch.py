"""Batch accounts, which do not work yet."""

from azureml.core.compute._later import Later


class BatchCompute(Later):
    """A Batch account: not supported."""
