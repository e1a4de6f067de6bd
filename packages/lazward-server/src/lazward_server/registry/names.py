"""Which names, aliases, versions and tags the registry takes."""

import posixpath
import re
from collections.abc import Iterable

from lazward.errors import InvalidRequest
from lazward.wire.base import KeyValue
from lazward.wire.registry import IS_PROMPT, MAX_ALIAS, MAX_NAME, MAX_TAG_VALUE
from lazward_server.tracking import keys

LATEST = "latest"
"""An alias that every model has and nobody can set: its newest version."""

_ALIAS = re.compile(r"[\w\-]+")
_VERSION_ALIAS = re.compile(r"[vV]\d+")
_VERSION = re.compile(r"\s*([+-]?\d{1,100})\s*")
_LARGEST = 2**31 - 1
_PROMPT_TEXT = "mlflow.prompt.text"


def check_name(name: str, field: str = "name") -> None:
    """Refuse what cannot name a registered model.

    Raises:
        InvalidRequest: It is blank, too long, has a slash or colon, or stands for a folder.
    """
    if not name.strip():
        raise InvalidRequest(f"Missing value for required parameter '{field}'.")
    if "/" in name or ":" in name:
        raise InvalidRequest(f"Invalid model name '{name}'. Names cannot contain '/' or ':'.")
    if posixpath.normpath(name) != name or name == "." or name.startswith(".."):
        raise InvalidRequest(
            f"Invalid value \"{name}\" for parameter '{field}' supplied: a name that stands for a folder."
        )
    if len(name) > MAX_NAME:
        raise InvalidRequest(f"'{field}' exceeds the maximum length of {MAX_NAME} characters")


def check_alias(alias: str) -> None:
    """Refuse what cannot be an alias."""
    if not _ALIAS.fullmatch(alias):
        raise InvalidRequest(
            f"Invalid alias name: '{alias}'. Names may only contain alphanumerics, underscores (_), and"
            " dashes (-)."
        )
    if len(alias) > MAX_ALIAS:
        raise InvalidRequest(
            f"'Registered model alias name' exceeds the maximum length of {MAX_ALIAS} characters"
        )


def check_free_alias(alias: str) -> None:
    """Refuse what cannot be an alias, or has a meaning of its own in a model's URI."""
    check_alias(alias)
    if alias.lower() == LATEST:
        raise InvalidRequest("'latest' alias name (case insensitive) is reserved.")
    if _VERSION_ALIAS.fullmatch(alias):
        raise InvalidRequest(f"Version alias name '{alias}' is reserved.")


def version_number(text: str) -> int:
    """The number of a version; one that no column could hold becomes one that no version has."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise InvalidRequest(f"Parameter 'version' must be an integer, got '{text}'.")
    number = int(match.group(1))
    return number if 0 <= number <= _LARGEST else -1


def checked_tags(given: Iterable[KeyValue]) -> dict[str, str]:
    """Tags by key; of a key that comes twice the last value counts.

    Raises:
        InvalidRequest: A key is malformed, or a key or value too long.
    """
    for tag in given:
        keys.check(tag.key, "key")
        if len(tag.value) > MAX_TAG_VALUE:
            what = "Prompt text exceeds max" if tag.key == _PROMPT_TEXT else "'value' exceeds the maximum"
            raise InvalidRequest(f"{what} length of {MAX_TAG_VALUE} characters")
    return {tag.key: tag.value for tag in given}


def is_prompt(tags: dict[str, str]) -> bool:
    """Whether these tags are a prompt's."""
    return tags.get(IS_PROMPT, "").lower() == "true"
