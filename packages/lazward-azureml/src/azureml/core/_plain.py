"""Configuration objects as dictionaries with camelCase keys, and back."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import msgspec

from azureml.core.conda_dependencies import CondaDependencies
from azureml.exceptions import UserErrorException

T = TypeVar("T")


def to_plain(value: object) -> Any:
    """The value in numbers, texts, lists and dictionaries; what is none of these as its own text."""
    return msgspec.to_builtins(value, enc_hook=_simplify)


def from_plain(kind: type[T], data: object, source: str) -> T:
    """An object of this class; keys that it does not know are left aside, as files of later versions need it.

    Args:
        kind: The class.
        data: What ``to_plain`` made, or a file holds.
        source: Where that is from, for the message.

    Raises:
        UserErrorException: A value is not of the type it must have.
    """
    try:
        return msgspec.convert(without_nulls(data), kind, dec_hook=_make)
    except msgspec.ValidationError as error:
        raise UserErrorException(f"{source} is wrong: {error}.", inner_exception=error) from error


def without_nulls(data: object) -> Any:
    """The data without the keys whose value is null, which says no more than a missing key."""
    if isinstance(data, Mapping):
        entries = cast("Mapping[Any, Any]", data)
        return {key: without_nulls(value) for key, value in entries.items() if value is not None}
    return data


def _simplify(value: Any) -> Any:
    if isinstance(value, CondaDependencies):
        return value.as_dict()
    # The numbers of numpy say by item() which plain one they are.
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "ndim", None) == 0 else str(value)


def _make(kind: type, data: Any) -> Any:
    if kind is CondaDependencies:
        return CondaDependencies(_underlying_structure=data)
    raise NotImplementedError(kind)
