"""The right side of a comparison: checked against the domain of the left."""

import re

from lazward.errors import InvalidRequest
from lazward_server.tracking.search.lex import Kind, Token, shown, unquoted
from lazward_server.tracking.search.tree import Field, Value
from lazward_server.tracking.search.vocabulary import Domain, Entity

MAX_INT64 = 2**63 - 1
ILL_FORMED = (
    "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list"
)
_ID = re.compile(r"[0-9]{1,18}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_EXACT = 2**53


def check(given: Token | list[Token], entity: Entity, field: Field, domain: Domain) -> Value:
    """The value that the tokens stand for.

    Raises:
        InvalidRequest: The field does not compare with such a value.
    """
    if domain.numeric:
        return _number(given, field)
    if domain.bare and isinstance(given, Token) and given.kind is Kind.NUMBER:
        return given.text
    value = _strings(given, entity, domain) if isinstance(given, list) else _string(given, entity)
    return _ids(value) if domain.numbered else value


def _number(given: Token | list[Token], field: Field) -> int | float:
    if isinstance(given, Token) and given.kind is Kind.NUMBER:
        return number(given.text)
    what = field.entity if field.entity != "attribute" else f"numeric attribute: {field.key}"
    raise InvalidRequest(f"Expected numeric value type for {what}. Found {_written(given)}.")


def number(text: str) -> int | float:
    """The number as an integer where it is one that databases can hold."""
    if _INTEGER.fullmatch(text) and abs(exact := int(text)) <= MAX_INT64:
        return exact
    value = float(text)
    return int(value) if abs(value) < _EXACT and value.is_integer() else value


def _string(given: Token, entity: Entity) -> str:
    if given.kind is Kind.STRING:
        return unquoted(given.text)
    if given.kind is Kind.NAME:
        raise InvalidRequest(
            "Parameter value is either not quoted or unidentified quote types used for string value"
            f" {_written(given)}. Use either single or double quotes."
        )
    raise _unquoted(given, entity)


def _strings(given: list[Token], entity: Entity, domain: Domain) -> tuple[str, ...]:
    if not domain.lists:
        raise _no_lists(given, entity)
    if not given:
        raise InvalidRequest(
            "While parsing a list in the query, expected a non-empty list of string values,"
            " but got empty list."
        )
    for token in given:
        if token.kind is not Kind.STRING:
            raise InvalidRequest(
                "While parsing a list in the query, expected string value, punctuation, or whitespace,"
                f" but got different type in list: {_written(token)}."
            )
    return tuple(dict.fromkeys(unquoted(token.text) for token in given))


def _ids(value: str | tuple[str, ...]) -> int | tuple[int, ...]:
    return _id(value) if isinstance(value, str) else tuple(map(_id, value))


def _id(text: str) -> int:
    if not _ID.fullmatch(text):
        raise InvalidRequest(f"Invalid experiment ID '{shown(text)}': it must be a decimal number.")
    return int(text)


def _no_lists(given: list[Token], entity: Entity) -> InvalidRequest:
    able = sorted(key for key, domain in entity.keys.items() if domain.lists)
    if not entity.keys:
        return _unquoted(given, entity)
    return InvalidRequest(
        f"Only {able} {entity.name}s support comparison with a list of quoted string values."
    )


def _unquoted(given: Token | list[Token], entity: Entity) -> InvalidRequest:
    what = f"{entity.name} (e.g. 'my-value')" if entity.domain else f"{entity.name}s"
    return InvalidRequest(f"Expected a quoted string value for {what}. Got value {_written(given)}.")


def _written(given: Token | list[Token]) -> str:
    """The value as the user wrote it, and where."""
    if isinstance(given, Token):
        return f"{shown(given.text) or 'nothing'} at position {given.at}"
    return f"({shown(', '.join(token.text for token in given[:10]))})"
