"""URIs of models: the id of a logged model, or a registered model's name and how to pick a version."""

from typing import NamedTuple
from urllib.parse import urlsplit

from lazward.errors import InvalidRequest


class ModelUri(NamedTuple):
    """What stands in a ``models:/`` URI.

    Attributes:
        model_id: Of a logged model; the rest is empty then.
        name: Of a registered model, whose newest version is meant if nothing else is given.
        version: A number, as text.
        stage: The newest version of this stage.
        alias: The version this points at.
    """

    model_id: str = ""
    name: str = ""
    version: str = ""
    stage: str = ""
    alias: str = ""


def parse(uri: str) -> ModelUri | None:
    """The parts of a ``models:/`` URI, None if it is of another scheme.

    Raises:
        InvalidRequest: It names nothing.
    """
    try:
        parts = urlsplit(uri, allow_fragments=False)
    except ValueError as error:
        raise _invalid(uri) from error
    if parts.scheme != "models":
        return None
    name, _, pick = parts.path.removeprefix("/").partition("/")
    if parts.netloc or not parts.path.startswith("/") or not name.strip() or "/" in pick:
        raise _invalid(uri)
    if parts.path.count("/") > 1:
        return _picked(uri, name, pick)
    before, at, alias = name.rpartition("@")
    if not at:
        return ModelUri(model_id=name)
    if not before or not alias:
        raise _invalid(uri)
    return ModelUri(name=before, alias=alias)


def _picked(uri: str, name: str, pick: str) -> ModelUri:
    if not pick.strip():
        raise _invalid(uri)
    if pick.isdecimal():
        return ModelUri(name=name, version=pick)
    return ModelUri(name=name) if pick.lower() == "latest" else ModelUri(name=name, stage=pick)


def _invalid(uri: str) -> InvalidRequest:
    return InvalidRequest(
        f"Invalid model version source: '{uri}'. A model's URI is models:/<model id>,"
        " models:/<name>/<version or stage> or models:/<name>@<alias>."
    )
