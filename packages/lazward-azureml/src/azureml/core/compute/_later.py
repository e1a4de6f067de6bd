"""Kinds of targets that can be imported and do not work yet: whatever is done with one says so."""

from typing import Any, ClassVar, NoReturn

from azureml.core._failures import unsupported
from azureml.core.compute.compute import ComputeTarget

CLOSEST = "make a cluster with AmlCompute.provisioning_configuration(), which runs scripts on the server"


class Later(ComputeTarget):
    """A kind that does not work yet."""

    _closest: ClassVar[str] = CLOSEST

    def __new__(cls, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refused."""
        unsupported(cls.__name__, cls._closest)

    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        """Never reached."""

    @classmethod
    def provisioning_configuration(cls, *_arguments: Any, **_options: Any) -> NoReturn:
        """Not supported."""
        unsupported(f"{cls.__name__}.provisioning_configuration", cls._closest)

    @classmethod
    def attach_configuration(cls, *_arguments: Any, **_options: Any) -> NoReturn:
        """Not supported."""
        unsupported(f"{cls.__name__}.attach_configuration", cls._closest)

    @classmethod
    def create(cls, *_arguments: Any, **_options: Any) -> NoReturn:  # pyright: ignore[reportIncompatibleMethodOverride] - so that it names the class
        """Not supported."""
        unsupported(f"{cls.__name__}.create", cls._closest)

    @classmethod
    def attach(cls, *_arguments: Any, **_options: Any) -> NoReturn:  # pyright: ignore[reportIncompatibleMethodOverride] - so that it names the class
        """Not supported."""
        unsupported(f"{cls.__name__}.attach", cls._closest)
