"""What a workspace holds, as dictionaries that ask the server when they are read."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from azureml.core._failures import translated
from lazward import errors
from lazward.client import experiments

if TYPE_CHECKING:
    from azureml.core.experiment import Experiment
    from azureml.core.workspace import Workspace


class Experiments(Mapping[str, "Experiment"]):
    """The active experiments of a workspace by name."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace

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

    def __iter__(self) -> Iterator[str]:
        with translated():
            for found in experiments.search(self._workspace.connection):
                yield found.name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))
