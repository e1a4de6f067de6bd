"""From bytes or a query string to a message.

The quick path is msgspec's typed decoder. Whatever it refuses is read again leniently, by the rules of
protobuf's JSON form as MLflow applies them (``proto_json_utils.parse_dict``): snake_case or camelCase,
64-bit integers as numbers or numeric strings, enums by name or number, unknown fields ignored, null as
absent. What is still wrong becomes an error that names the parameter.
"""

import json
import math
import re
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from urllib.parse import parse_qs

import msgspec

from lazward.errors import InvalidRequest
from lazward.wire.base import MAX_FLOAT, Request

_MOST_SHOWN = 300
"""Characters of a wrong value that its error repeats."""

Message = TypeVar("Message", bound=Request)


def body(kind: type[Message], data: bytes) -> Message:
    """The message in a JSON body.

    Raises:
        InvalidRequest: The body is not JSON, or a parameter is missing or wrong.
    """
    if b"\\u0000" in data:  # the quick decoder would let it through
        return _slowly(kind, data)
    try:
        return _decoder(kind).decode(data)
    except (msgspec.MsgspecError, RecursionError):
        return _slowly(kind, data)
    except UnicodeDecodeError as error:
        raise InvalidRequest("The request body is not UTF-8 text.") from error


def _slowly(kind: type[Message], data: bytes) -> Message:
    """The message in a body that the quick decoder does not take, or what is wrong with it."""
    document = _document(data)
    try:
        return _message(kind, document)
    except RecursionError as error:  # it could just be read, but not be looked through or shown
        raise InvalidRequest("The request body is nested too deeply.") from error


def query(kind: type[Message], text: str) -> Message:
    """The message in a query string; a repeated field repeats its parameter."""
    try:
        given = parse_qs(text, keep_blank_values=True, max_num_fields=10_000)
    except ValueError as error:
        raise InvalidRequest("The query string has more than 10000 parameters.") from error
    repeated = _repeated(kind)
    return _message(kind, {k: v if snake(k) in repeated else v[-1] for k, v in given.items()})


def _document(data: bytes) -> dict[str, Any]:
    """The JSON object in a body; nothing is an empty object, and text that holds JSON is opened once."""
    if not data.strip():
        return {}
    try:
        document: Any = json.loads(data)
        if isinstance(document, str):  # very old clients encode twice
            document = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"The request body is not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidRequest("The request body must be a JSON object.")
    return cast("dict[str, Any]", document)


@cache
def _decoder(kind: type[Message]) -> msgspec.json.Decoder[Message]:
    return msgspec.json.Decoder(kind)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


@cache
def _repeated(kind: type) -> frozenset[str]:
    return frozenset(
        field.name
        for field in msgspec.structs.fields(kind)
        if get_origin(_bare(_hints(kind)[field.name])) is list
    )


def snake(name: str) -> str:
    """A name in camelCase as the protocol writes it."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def _message(kind: type[Any], given: dict[str, Any], path: str = "") -> Any:
    """Build a message field by field, so that the first wrong one can be named."""
    aliases: dict[str, str] = getattr(kind, "aliases", {})
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    known: dict[str, Any] = {}
    for name, value in given.items():
        field = name if name in fields else snake(name)
        alias = aliases.get(field)
        if alias in fields and value not in (None, ""):
            known.setdefault(alias, value)
        if field in fields and value is not None:
            known[field] = value
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in known:
            values[name] = _value(_hints(kind)[name], known[name], path + name)
        elif field.required:
            raise _missing(path + name)
    return kind(**values)


def _missing(path: str) -> InvalidRequest:
    return InvalidRequest(f"Missing value for required parameter '{path}'.")


def _invalid(value: Any, path: str, why: str = "") -> InvalidRequest:
    shown = json.dumps(value, separators=(",", ":"))
    shown = shown if len(shown) <= _MOST_SHOWN else shown[:_MOST_SHOWN] + "..."
    return InvalidRequest(
        f"Invalid value {shown} for parameter '{path}' supplied{': ' + why if why else ''}."
    )


def _bare(hint: Any) -> Any:
    """The type below Annotated and below ``| None``."""
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif get_origin(hint) in (Union, UnionType):
            hint = next(arg for arg in get_args(hint) if arg is not NoneType)
        else:
            return hint


def _value(hint: Any, value: Any, path: str) -> Any:
    kind = _bare(hint)
    if kind is Any:
        return _anything(value, path)
    if get_origin(kind) is list:
        if not isinstance(value, list):
            raise _invalid(value, path, "it must be a list")
        (inner,) = get_args(kind)
        items = cast("list[Any]", value)
        return [_value(inner, item, f"{path}[{i}]") for i, item in enumerate(items)]
    if get_origin(kind) is dict:
        if not isinstance(value, dict):
            raise _invalid(value, path, "it must be an object")
        _, inner = get_args(kind)
        pairs = cast("dict[str, Any]", value).items()
        return {_string(key, path): _value(inner, one, f"{path}.{key}") for key, one in pairs}
    if issubclass(kind, msgspec.Struct):
        if not isinstance(value, dict):
            raise _invalid(value, path, "it must be an object")
        return _message(kind, cast("dict[str, Any]", value), path + ".")
    if issubclass(kind, Enum):
        return _enum(kind, value, path)
    convert = {int: _integer, float: _number, bool: _boolean, str: _string}.get(kind)
    return _checked(hint, convert(value, path) if convert else value, path)


def _anything(value: Any, path: str) -> Any:
    """What a client keeps here for itself: any JSON, as long as all texts in it are texts."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise _no_text(path) from error
    return value


def _checked(hint: Any, value: Any, path: str) -> Any:
    """The value if it lies within the limits its type declares; NaN lies within all of them."""
    if isinstance(value, float) and math.isnan(value):
        return value
    if value == "" and any(getattr(m, "min_length", None) for m in getattr(hint, "__metadata__", ())):
        raise _missing(path)
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        why = str(error).split(" - at ")[0]
        raise _invalid(value, path, why[:1].lower() + why[1:]) from error


def _integer(value: Any, path: str) -> int:
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,20}", value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _invalid(value, path, "it must be an integer")


def _number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _invalid(value, path, "it must be a number")
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise _invalid(value, path, "it must be a number") from error
    return math.copysign(MAX_FLOAT, number) if math.isinf(number) else number


def _boolean(value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise _invalid(value, path, "it must be true or false")


def _string(value: Any, path: str) -> str:
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and re.search(r"experiment_ids?(\[\d+\])?$", path)
    ):
        return str(value)  # clients before 1.0 sent experiment ids as numbers
    if not isinstance(value, str):
        raise _invalid(value, path, "it must be a string")
    if "\0" in value:  # PostgreSQL's text cannot hold it, and SQLite is held to the same
        raise InvalidRequest(f"Parameter '{path}' holds a NUL character, which no text may.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _no_text(path) from error
    return value


def _no_text(path: str) -> InvalidRequest:
    return InvalidRequest(f"Parameter '{path}' holds half of a surrogate pair, which is no text.")


def _enum(kind: type[Enum], value: Any, path: str) -> Enum:
    numbers: dict[int, str] = getattr(kind, "numbers", dict[int, str])()
    if isinstance(value, int | str) and not isinstance(value, bool):
        value = {str(number): name for number, name in numbers.items()}.get(str(value), value)
    try:
        return kind(value)
    except ValueError:
        raise _invalid(value, path, f"it must be one of {', '.join(m.value for m in kind)}") from None
