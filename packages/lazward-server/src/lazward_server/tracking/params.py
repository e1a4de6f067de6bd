"""Params of runs: written once, never changed."""

from collections.abc import Iterable

from lazward.errors import InvalidRequest
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx

_EXISTING = Bulk(
    "select params.run, params.key, params.value from given join params"
    " on params.run = given.run and params.key = given.key",
    run="bigint",
    key="text",
)
_INSERT = Bulk(
    "insert into params(run, key, value) select run, key, value from given",
    run="bigint",
    key="text",
    value="text",
)

Params = dict[tuple[int, str], str]


def existing(tx: Tx, keys: Iterable[tuple[int, str]]) -> Params:
    """The values already logged under (run, key)."""
    return {(run, key): value for run, key, value in _EXISTING(tx, sorted(keys))}


def insert(tx: Tx, params: Params) -> None:
    """Write params that do not exist yet."""
    _INSERT(tx, [(run, key, value) for (run, key), value in sorted(params.items())])


def changed(run_id: str, conflicts: list[tuple[str, str, str]], *, single: bool) -> InvalidRequest:
    """The error for params (key, old, new) that already have another value."""
    if single:
        key, old, new = conflicts[0]
        return InvalidRequest(
            f"Changing param values is not allowed. Param with key='{key}' was already logged with"
            f" value='{old}' for run ID='{run_id}'. Attempted logging new value '{new}'."
        )
    listed = [{"key": key, "old_value": old, "new_value": new} for key, old, new in conflicts]
    return InvalidRequest(
        f"Changing param values is not allowed. Params were already logged='{listed}' for run ID='{run_id}'."
    )
