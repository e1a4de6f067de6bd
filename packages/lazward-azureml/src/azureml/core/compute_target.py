"""Where runs are executed, under the name that older scripts import it by."""

from azureml.core.compute.compute import ComputeTarget
from azureml.exceptions import ComputeTargetException
from lazward.wire.compute import LOCAL

__all__ = ["ComputeTarget", "ComputeTargetException", "LocalTarget"]


class LocalTarget:
    """The machine that submits; a run's target may be this in place of ``local``."""

    name = LOCAL
    type = LOCAL

    def __repr__(self) -> str:
        return "LocalTarget()"
