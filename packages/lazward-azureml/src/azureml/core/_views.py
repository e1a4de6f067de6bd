"""What a workspace holds, as dictionaries that ask the server when they are read."""

import abc
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING, TypeVar

from azureml.core._failures import translated
from azureml.exceptions import ComputeTargetException, ServiceException
from lazward import errors
from lazward.client import experiments

if TYPE_CHECKING:
    from azureml.core.compute import ComputeTarget
    from azureml.core.environment import Environment
    from azureml.core.experiment import Experiment
    from azureml.core.workspace import Workspace

Thing = TypeVar("Thing")


class View(Mapping[str, Thing], abc.ABC):
    """Things of one kind by name. Each use asks the server, once also for all of them."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace

    @abc.abstractmethod
    def _all(self) -> dict[str, Thing]:
        """All there are."""

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def items(self) -> ItemsView[str, Thing]:
        """Names with what they stand for."""
        return self._all().items()

    def values(self) -> ValuesView[Thing]:
        """What there is."""
        return self._all().values()

    def __repr__(self) -> str:
        return repr(self._all())


class Experiments(View["Experiment"]):
    """The active experiments of a workspace by name."""

    def __getitem__(self, name: str) -> "Experiment":
        from azureml.core.experiment import Experiment

        with translated():
            try:
                found = experiments.get_by_name(self._workspace.connection, name)
            except errors.NotFound:
                raise KeyError(name) from None
        if found.lifecycle_stage != "active":
            raise KeyError(name)
        return Experiment(self._workspace, name, _experiment_dto=found)

    def _all(self) -> "dict[str, Experiment]":
        from azureml.core.experiment import Experiment

        with translated():
            found = list(experiments.search(self._workspace.connection))
        return {one.name: Experiment(self._workspace, one.name, _experiment_dto=one) for one in found}


class ComputeTargets(View["ComputeTarget"]):
    """The compute targets of a workspace by name."""

    def __getitem__(self, name: str) -> "ComputeTarget":
        from azureml.core.compute import ComputeTarget

        try:
            return ComputeTarget(self._workspace, name)
        except ComputeTargetException as error:
            raise KeyError(name) from error

    def _all(self) -> "dict[str, ComputeTarget]":
        from azureml.core.compute import ComputeTarget

        return {one.name: one for one in ComputeTarget.list(self._workspace)}


class Environments(View["Environment"]):
    """The environments of a workspace by name, each in its newest version."""

    def __getitem__(self, name: str) -> "Environment":
        from azureml.core.environment import Environment

        try:
            return Environment.get(self._workspace, name)
        except ServiceException as error:
            if isinstance(error.inner_exception, errors.NotFound):
                raise KeyError(name) from error
            raise

    def _all(self) -> "dict[str, Environment]":
        from azureml.core.environment import Environment

        return Environment.list(self._workspace)
