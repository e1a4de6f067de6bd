"""Synapse pools, which do not work yet."""

from azureml.core.compute._later import Later


class SynapseCompute(Later):
    """A Synapse pool: not supported."""
