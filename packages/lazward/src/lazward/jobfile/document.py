"""YAML documents, and turning them into typed values with errors that name the field."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin

import msgspec
import yaml

from lazward.errors import ConfigError

T = TypeVar("T")

_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_AT = " - at `$"
"""Stands before the place in msgspec's messages."""


def load(file: Path) -> Any:
    """What a YAML file holds. A text that looks like a date stays a text.

    Raises:
        ConfigError: It cannot be read, or is no YAML.
    """
    try:
        return parse(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is no text in UTF-8.") from None


def parse(text: str, source: str) -> Any:
    """What YAML text says.

    Raises:
        ConfigError: It is none; the text names the source and the line.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with fewer types
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{source}{line}: this is no YAML: {error.problem}.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{source}: this is no YAML: {error}.") from None


def mapping(given: object, source: str) -> dict[str, Any]:
    """What must be fields with values.

    Raises:
        ConfigError: It is something else, or a field's name is no text.
    """
    if not isinstance(given, Mapping):
        raise ConfigError(f"{source} holds no fields; write one a line, as `name: value`.")
    fields = cast("Mapping[Any, Any]", given)
    if wrong := [name for name in fields if not isinstance(name, str)]:
        raise ConfigError(f"{source}: the name of a field must be a text, not {wrong[0]!r}; quote it.")
    return dict(fields)


def convert(kind: type[T], given: object, source: str, *, known: bool = True) -> T:
    """The typed value that fields describe.

    Args:
        kind: A struct.
        given: The fields.
        source: Where they are from, for messages.
        known: Whether fields that the struct does not have are an error.

    Raises:
        ConfigError: A field is unknown, missing, or holds what it cannot.
    """
    fields = mapping(given, source)
    if known:
        _check_names(kind, fields, source, "")
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(_AT)
        field = place.rstrip("`").removeprefix(".")
        raise ConfigError(f"{source}: {f'{field}: ' if field else ''}{why}.") from None


def _check_names(kind: type, given: Mapping[str, Any], source: str, place: str) -> None:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, value in given.items():
        if name not in fields:
            raise ConfigError(_unknown(str(name), fields, source, place))
        _check_below(fields[name].type, value, source, f"{place}{name}.")


def _check_below(kind: object, value: object, source: str, place: str) -> None:
    """Check what a field holds: a struct, or structs by names of the file's own."""
    if not isinstance(value, Mapping):
        return
    given = cast("Mapping[str, Any]", value)
    if get_origin(kind) is dict:
        for name, one in given.items():
            _check_below(get_args(kind)[1], one, source, f"{place}{name}.")
        return
    for one in (kind, *get_args(kind)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            _check_names(one, given, source, place)


def _unknown(name: str, fields: Mapping[str, object], source: str, place: str) -> str:
    near = difflib.get_close_matches(name, fields, 1, 0.6)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(fields)}."
    return f"{source}: there is no field '{place}{name}'; {hint}"


class _Loader(yaml.SafeLoader):
    """Reads texts that look like dates as texts, and refuses a field that is there twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names: list[object] = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        for name in names:
            if isinstance(name, str) and names.count(name) > 1:
                raise yaml.MarkedYAMLError(
                    problem=f"the field '{name}' is there twice", problem_mark=node.start_mark
                )
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
