"""Experiments of a workspace."""

from collections.abc import Iterator

from lazward.client.http import API, Connection
from lazward.errors import AlreadyExists, NotFound
from lazward.wire.base import Empty
from lazward.wire.experiments import (
    Created,
    CreateExperiment,
    DeleteExperiment,
    DeleteExperimentTag,
    Experiment,
    Experiments,
    Found,
    GetExperiment,
    GetExperimentByName,
    RestoreExperiment,
    SearchExperiments,
    SetExperimentTag,
    ViewType,
)

_PAGE = 1000
_PATH = API + "experiments/"


def get(at: Connection, experiment_id: str) -> Experiment:
    """The experiment of this id."""
    return at.get(_PATH + "get", Found, GetExperiment(experiment_id)).experiment


def get_by_name(at: Connection, name: str) -> Experiment:
    """The experiment of this name, active or deleted."""
    return at.get(_PATH + "get-by-name", Found, GetExperimentByName(name)).experiment


def get_or_create(at: Connection, name: str) -> Experiment:
    """The experiment of this name, made if need be; when others make it at the same moment, theirs."""
    try:
        return get_by_name(at, name)
    except NotFound:
        pass
    try:
        created = at.post(_PATH + "create", CreateExperiment(name), Created)
    except AlreadyExists:
        return get_by_name(at, name)
    return get(at, created.experiment_id)


def search(at: Connection, view_type: ViewType = ViewType.ACTIVE_ONLY) -> Iterator[Experiment]:
    """All experiments, newest first, fetched as they are asked for."""
    token = ""
    while True:
        message = SearchExperiments(_PAGE, page_token=token, view_type=view_type)
        page = at.post(_PATH + "search", message, Experiments)
        yield from page.experiments
        token = page.next_page_token or ""
        if not token:
            return


def delete(at: Connection, experiment_id: str) -> None:
    """Put the experiment and its runs away; ``restore`` brings them back."""
    at.post(_PATH + "delete", DeleteExperiment(experiment_id), Empty)


def restore(at: Connection, experiment_id: str) -> None:
    """Bring a deleted experiment back."""
    at.post(_PATH + "restore", RestoreExperiment(experiment_id), Empty)


def set_tag(at: Connection, experiment_id: str, key: str, value: str) -> None:
    """Set a tag, over any older value."""
    at.post(_PATH + "set-experiment-tag", SetExperimentTag(experiment_id, key, value), Empty)


def delete_tag(at: Connection, experiment_id: str, key: str) -> None:
    """Remove a tag."""
    at.post(_PATH + "delete-experiment-tag", DeleteExperimentTag(experiment_id, key), Empty)
