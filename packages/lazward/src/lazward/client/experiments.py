"""Experiments of a workspace."""

from collections.abc import Iterator, Sequence

from lazward.client.http import API, Connection
from lazward.client.purging import purge as purge_with
from lazward.errors import AlreadyExists, NotFound
from lazward.wire.base import Empty
from lazward.wire.deletion import Purged, PurgeExperiments
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


def purge(
    at: Connection,
    experiment_ids: Sequence[str] = (),
    *,
    older_than: int | None = None,
    dry_run: bool = False,
) -> Purged:
    """Remove deleted experiments for good, with all that is in them.

    Args:
        at: The workspace.
        experiment_ids: These; none for all that are old enough.
        older_than: Milliseconds since they were deleted.
        dry_run: Tell only what would go.

    Raises:
        NotFound: There is no such experiment.
        InvalidState: One of them is not deleted.
    """
    return purge_with(
        at, "experiments", experiment_ids, lambda ids: PurgeExperiments(ids, older_than, dry_run)
    )


def set_tag(at: Connection, experiment_id: str, key: str, value: str) -> None:
    """Set a tag, over any older value."""
    at.post(_PATH + "set-experiment-tag", SetExperimentTag(experiment_id, key, value), Empty)


def delete_tag(at: Connection, experiment_id: str, key: str) -> None:
    """Remove a tag."""
    at.post(_PATH + "delete-experiment-tag", DeleteExperimentTag(experiment_id, key), Empty)
