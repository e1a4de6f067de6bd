"""Finding runs, those that MLflow made among them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from azureml.core import _run_details
from azureml.core._failures import translated
from azureml.core._submit import to_tags
from azureml.exceptions import UserErrorException
from lazward.client import runs
from lazward.wire.runs import SearchRuns

if TYPE_CHECKING:
    from azureml.core.experiment import Experiment
    from azureml.core.run import Run

Wanted = str | Mapping[str, Any] | None
"""A key that must be there, or values that must be equal."""

_PLAIN = str.maketrans("", "", "`'\"\\%")


class Filter(NamedTuple):
    """Which runs are wanted; what is None does not matter."""

    type: str | None = None
    tags: Wanted = None
    properties: Wanted = None
    status: str | None = None


def find(
    experiment: "Experiment", wanted: Filter, *, parent: str | None = None, include_children: bool = True
) -> "Iterator[Run]":
    """Runs of an experiment, the newest first, fetched as they are asked for.

    Args:
        experiment: Where.
        wanted: Which.
        parent: Only children of this run.
        include_children: Also those that have a parent.

    Raises:
        UserErrorException: What is wanted makes no sense.
    """
    for given, what in ((wanted.tags, "tags"), (wanted.properties, "properties")):
        if given is not None and not isinstance(given, (str, Mapping)):  # pyright: ignore[reportUnnecessaryIsInstance] - callers differ
            raise UserErrorException(f"{what} is a key, or a dictionary of keys and values, not {given!r}.")
    return _found(experiment, wanted, parent, include_children=include_children)


def below(experiment: "Experiment", wanted: Filter, run_id: str) -> "Iterator[Run]":
    """All runs below another, those that match: each with what is below it behind it."""
    for child in find(experiment, Filter(), parent=run_id):
        with translated():
            matches = _matches(child, wanted)
        if matches:
            yield child
        yield from below(experiment, wanted, child.id)


def of(experiment: "Experiment", match: str) -> SearchRuns:
    """A search among the runs of an experiment."""
    return SearchRuns([experiment.id], match)


def _found(
    experiment: "Experiment", wanted: Filter, parent: str | None, *, include_children: bool
) -> "Iterator[Run]":
    from azureml.core.run import rehydrated

    message = SearchRuns([experiment.id], _narrowing(wanted.tags, parent))
    with translated():
        for record in runs.search(experiment.workspace.connection, message):
            above = _run_details.all_tags(record).get(_run_details.PARENT)
            if above == parent or (parent is None and include_children):
                run = rehydrated(experiment, record)
                if _matches(run, wanted):
                    yield run


def _matches(run: "Run", wanted: Filter) -> bool:
    tags = _run_details.all_tags(run.record)
    return (
        _has(tags, wanted.tags)
        and wanted.type in (None, tags.get(_run_details.RUNTYPE))
        and (wanted.properties is None or _has(run.get_properties(), wanted.properties))
        and (wanted.status is None or run.get_status() == wanted.status)
    )


def _narrowing(tags: Wanted, parent: str | None) -> str:
    """A filter for the server, which lets through at least what is wanted."""
    parts = [] if parent is None else [f"tags.`{_run_details.PARENT}` = '{parent}'"]
    for key, value in _as_tags(tags).items():
        if key.translate(_PLAIN) != key:
            continue
        plain = value and value.translate(_PLAIN) == value
        parts.append(f"tags.`{key}` = '{value}'" if plain else f"tags.`{key}` LIKE '%'")
    return " AND ".join(parts)


def _as_tags(wanted: Wanted) -> dict[str, str | None]:
    """The value that each key must have; None for any."""
    if wanted is None:
        return {}
    return {wanted: None} if isinstance(wanted, str) else {**to_tags(wanted)}


def _has(have: Mapping[str, str], wanted: Wanted) -> bool:
    return all(key in have and value in (None, have[key]) for key, value in _as_tags(wanted).items())
