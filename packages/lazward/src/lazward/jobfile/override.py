"""Changing fields of a document from the command line: ``--set inputs.rate=0.1``."""

from collections.abc import Sequence
from typing import Any, cast

from lazward.errors import ConfigError
from lazward.jobfile import document


def override(fields: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """The fields with other values; the value of each is read as YAML is.

    Args:
        fields: A document; it stays as it is.
        overrides: Each as ``path=value``, the names of a path joined by dots.

    Raises:
        ConfigError: One is written wrongly, or leads through what has no fields.
    """
    for one in overrides:
        path, sign, text = one.partition("=")
        names = path.strip().split(".")
        if not sign or not all(names):
            raise ConfigError(f"'{one}' sets nothing; write --set PATH=VALUE, such as inputs.rate=0.1.")
        fields = _with(fields, names, document.parse(text, f"--set {path}"), one)
    return fields


def _with(fields: dict[str, Any], names: Sequence[str], value: object, one: str) -> dict[str, Any]:
    name, *rest = names
    if not rest:
        return fields | {name: value}
    below: object = fields.get(name)
    if below is None:
        below = {}
    if not isinstance(below, dict):
        raise ConfigError(f"--set {one}: '{name}' is {below!r} and has no fields.")
    return fields | {name: _with(cast("dict[str, Any]", below), rest, value, one)}
