"""What MLflow lacks, or does otherwise than scripts expect, mended while it is imported.

MLflow imports the plug-in in the middle of its own import, so its functions cannot simply be replaced here.
A finder, asked whenever something is imported, looks whether they are there by now:

``mlflow.projects.run``       takes ``use_conda`` again, as it did before MLflow 2
``mlflow.azureml``            is there again, as it was before MLflow 2
``mlflow.set_experiment``     and
``mlflow.set_tracking_uri``   let the script of a job be (``lazward.mlflow.in_job``); elsewhere they stay
"""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from lazward.mlflow import in_job, use_conda

_AZUREML = "mlflow.azureml"
_HOLDERS = ("mlflow", "mlflow.tracking")
"""Where MLflow has its functions under a second name."""


class _Change(NamedTuple):
    """A function of MLflow's that another takes the place of.

    Attributes:
        module: The module it is in.
        name: Its name there.
        wrap: Makes the other one of it.
    """

    module: str
    name: str
    wrap: Callable[[Callable[..., Any]], Callable[..., Any]]


def install() -> None:
    """Mend what is there already, and the rest when it is imported; again it changes nothing."""
    if any(isinstance(finder, _Watch) for finder in sys.meta_path):
        return
    changes = [_Change("mlflow.projects", "run", use_conda.taking)]
    if in_job.here():
        changes += [
            _Change("mlflow.tracking.fluent", "set_experiment", in_job.keeping_experiment),
            _Change("mlflow.tracking._tracking_service.utils", "set_tracking_uri", in_job.keeping_workspace),
        ]
    watch = _Watch(changes)
    watch.look()
    sys.meta_path.insert(0, watch)
    sys.meta_path.append(_Missing())


class _Watch(MetaPathFinder):
    """Finds nothing, and looks whether there is something to mend instead."""

    def __init__(self, changes: list[_Change]) -> None:
        self._left = changes

    def find_spec(self, _name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        # It stays when nothing is left: to leave while all finders are asked in turn would skip the next.
        if self._left:
            self.look()

    def look(self) -> None:
        changes, self._left = self._left, []  # what is imported meanwhile does not look as well
        self._left = [change for change in changes if not _made(change)]


class _Missing(MetaPathFinder):
    """Finds ``mlflow.azureml`` where MLflow has none; the last to be asked."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return (
            spec_from_file_location(name, Path(__file__).with_name("azureml.py"))
            if name == _AZUREML
            else None
        )


def _made(change: _Change) -> bool:
    """Make a change under every name the function has; whether it was there."""
    module = sys.modules.get(change.module)
    function = None if module is None else vars(module).get(change.name)
    if module is None or function is None:
        return False
    other = change.wrap(function)
    for holder in (module, *filter(None, map(sys.modules.get, _HOLDERS))):
        if vars(holder).get(change.name) is function:
            setattr(holder, change.name, other)
    return True
