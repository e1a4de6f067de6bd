"""Batch AI clusters, which do not work yet."""

from azureml.core.compute._later import Later


class BatchAiCompute(Later):
    """A cluster of Batch AI, which AmlCompute took the place of: not supported."""
