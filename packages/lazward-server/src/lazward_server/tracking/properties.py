"""Properties of runs: tags that never change."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lazward.errors import InvalidState
from lazward_server.db.database import Tx
from lazward_server.db.schema import properties
from lazward_server.tracking import runs


def add(tx: Tx, workspace_id: int, run_id: str, given: Mapping[str, str]) -> None:
    """Give a run more properties.

    Raises:
        NotFound: There is no such run.
        InvalidState: One of them has another value.
    """
    run = runs.active(tx, workspace_id, run_id).id
    known = of(tx, run)
    for key, value in given.items():
        if known.get(key, value) != value:
            raise InvalidState(
                f"The property '{key}' of run {run_id} is '{known[key]}' and cannot become '{value}';"
                " properties never change. Use a tag for what does."
            )
    new = [{"run": run, "key": key, "value": value} for key, value in given.items() if key not in known]
    if new:
        tx.execute(sa.insert(properties), new)


def get(tx: Tx, workspace_id: int, run_id: str) -> dict[str, str]:
    """The properties of a run.

    Raises:
        NotFound: There is no such run.
    """
    return of(tx, runs.find(tx, workspace_id, run_id).id)


def of(tx: Tx, run: int) -> dict[str, str]:
    """The properties of the run with this number."""
    return of_many(tx, [run])[run]


def of_many(tx: Tx, numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    """The properties of each of the runs with these numbers, with one statement."""
    found: dict[int, dict[str, str]] = {number: {} for number in numbers}
    query = sa.select(properties).where(properties.c.run.in_(numbers))
    for row in tx.execute(query.order_by(properties.c.run, properties.c.key)):
        found[row.run][row.key] = row.value
    return found
