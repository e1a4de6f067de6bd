"""Messages about removing for good."""

from typing import Annotated

import msgspec

from lazward.wire.base import Answer, Millis, Request, Text

MOST = 1000
"""Runs or experiments that one request may remove."""

Ids = Annotated[list[Text], msgspec.Meta(max_length=MOST)]


class PurgeRuns(Request, frozen=True):
    """Which deleted runs to remove for good.

    Attributes:
        run_ids: These, all of which must be deleted; if empty, all that are old enough.
        older_than: Milliseconds since they were deleted.
        dry_run: Tell only what would go.
    """

    run_ids: Ids = []
    older_than: Millis | None = None
    dry_run: bool = False


class PurgeExperiments(Request, frozen=True):
    """Which deleted experiments to remove for good, with all their runs and models.

    Attributes:
        experiment_ids: These, all of which must be deleted; if empty, all that are old enough.
        older_than: Milliseconds since they were deleted.
        dry_run: Tell only what would go.
    """

    experiment_ids: Ids = []
    older_than: Millis | None = None
    dry_run: bool = False


class Kept(Answer):
    """A run or experiment that stays, and why."""

    id: str
    reason: str


class Purged(Answer):
    """What went, or with ``dry_run`` would go.

    Attributes:
        more: Whether there were more than one request removes; ask again.
        kept: What stays, since a registered model stands on it.
    """

    dry_run: bool
    experiments: int
    runs: int
    logged_models: int
    files: int
    bytes: int
    more: bool
    kept: list[Kept] = []


class Usage(Answer):
    """What a workspace holds, and what it may; a limit that is not there is left out.

    Attributes:
        artifact_bytes: Bytes of its artifacts.
        counted_at: When the files themselves were last counted.
        runs: Its runs, deleted ones too.
    """

    artifact_bytes: int
    runs: int
    counted_at: int | None = None
    most_artifact_bytes: int | None = None
    most_runs: int | None = None


class SearchTrash(Request, frozen=True, kw_only=True):
    """A page of what is deleted and can be restored, the last deleted first.

    Attributes:
        name: What stands anywhere in the name, whatever the case; all that is deleted if empty.
        max_results: How many at most.
        page_token: Where to go on.
    """

    name: str = ""
    max_results: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    page_token: str = ""


class DeletedExperiment(Answer):
    """A deleted experiment. Times are milliseconds since the epoch.

    Attributes:
        runs: How many runs were deleted with it or before.
    """

    experiment_id: str
    name: str
    deleted_at: int
    runs: int


class DeletedExperiments(Answer):
    experiments: list[DeletedExperiment]
    next_page_token: str | None = None


class DeletedRun(Answer):
    """A deleted run of an experiment that is not deleted. Times are milliseconds since the epoch."""

    run_id: str
    name: str
    experiment_id: str
    experiment: str
    deleted_at: int


class DeletedRuns(Answer):
    runs: list[DeletedRun]
    next_page_token: str | None = None
