"""Machines to work on, which do not work yet."""

from azureml.core.compute._later import Later


class ComputeInstance(Later):
    """A machine to work on: not supported."""
