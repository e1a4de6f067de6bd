"""Machines reached over SSH, which do not work yet."""

from azureml.core.compute._later import Later


class RemoteCompute(Later):
    """A machine reached over SSH: not supported."""
