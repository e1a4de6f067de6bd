"""Tags of runs. The tag ``mlflow.runName`` and the run's name are the same thing."""

import sqlalchemy as sa

from lazward.errors import NotFound
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.db.schema import tags

RUN_NAME = "mlflow.runName"
PARENT = "mlflow.parentRunId"

_UPSERT = Bulk(
    "insert into tags(run, key, value) select run, key, value from given where true"
    " on conflict (run, key) do update set value = excluded.value",
    run="bigint",
    key="text",
    value="text",
)
_RENAME = Bulk(
    "update runs set name = (select given.name from given where given.run = runs.id)"
    " where id in (select run from given)",
    run="bigint",
    name="text",
)

Tags = dict[tuple[int, str], str]


def upsert(tx: Tx, given: Tags) -> None:
    """Set tags; a run's name follows its tag, except that an empty name changes nothing."""
    kept = [(run, key, value) for (run, key), value in sorted(given.items()) if value or key != RUN_NAME]
    _RENAME(tx, [(run, value) for run, key, value in kept if key == RUN_NAME])
    _UPSERT(tx, kept)


def delete(tx: Tx, run: int, run_id: str, key: str) -> None:
    """Remove a tag.

    Raises:
        NotFound: The run has no such tag.
    """
    match = (tags.c.run == run) & (tags.c.key == key)
    if not tx.execute(sa.delete(tags).where(match)).rowcount:
        raise NotFound(f"No tag with name: {key} in run with id {run_id}")
