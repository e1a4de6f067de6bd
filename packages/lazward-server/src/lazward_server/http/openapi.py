"""The description of our own API in OpenAPI 3.1, made from the same rows that are served.

What a handler takes and gives is in its annotations, what it is for in its docstring, who may call it in the
row's permission. So the description cannot say anything that the server does not do.
"""

import inspect
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, get_type_hints

import msgspec
from starlette.responses import Response

from lazward import __version__
from lazward.wire.base import Ask
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")
_REF = "#/components/schemas/{name}"
_BY_QUERY = frozenset({"get", "delete"})
_ABOUT = (
    "What MLflow's protocol has no words for. Requests show a token as bearer, or as the password of any user"
    " name. Times are milliseconds since the epoch. `x-permission` names the right that is needed: one on the"
    " workspace, or one of the server's administrators (`server:...`)."
)


class Error(msgspec.Struct):
    """What every failed request is answered with.

    `position`, counted from 1, and `length` tell where a filter goes wrong.
    """

    error_code: str
    message: str
    position: int | msgspec.UnsetType = msgspec.UNSET
    length: int | msgspec.UnsetType = msgspec.UNSET


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The description of the endpoints below ``/api/v1``, as a JSON object."""
    rows = sorted((one for one in endpoints if one.under == V1), key=lambda one: (one.path, one.method))
    types = [kind for row in rows for kind in (row.message, _answer(row)) if kind is not None]
    _, components = msgspec.json.schema_components([*types, Error], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        path = V1[0] + _PARAMETER.sub(r"{\1}", row.path)
        paths.setdefault(path, {})[row.method.lower()] = _operation(row, components)
    for asked in {row.message for row in rows if row.message and row.method.lower() in _BY_QUERY}:
        components.pop(asked.__name__, None)  # its fields stand as parameters
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lazward", "version": __version__, "description": _ABOUT},
        "security": [{"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": {"Error": _content("It failed; `error_code` and status belong together.", Error)},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
    }


def text(endpoints: Iterable[Endpoint]) -> str:
    """The description as the text of a file."""
    return json.dumps(document(endpoints), indent=2, ensure_ascii=False) + "\n"


def endpoint(others: Sequence[Endpoint]) -> Endpoint:
    """The endpoint that hands the description of the others, and of itself, out."""

    @cache
    def content() -> str:
        return text([*others, row])

    async def get_openapi(_ctx: Context, _req: Ask) -> Response:
        """This description."""
        return Response(content(), media_type="application/json")

    row = Endpoint("GET", "openapi.json", get_openapi, needs=Permission.SIGNED_IN, under=V1)
    return row


def _operation(row: Endpoint, components: dict[str, Any]) -> dict[str, Any]:
    summary, _, more = inspect.getdoc(row.handler).partition("\n\n")  # type: ignore[union-attr]
    operation: dict[str, Any] = {
        "operationId": row.handler.__name__,
        "summary": " ".join(summary.split()).rstrip("."),
        "tags": [row.path.partition("/")[0].partition(".")[0]],
        "x-permission": row.needs.value,
    }
    if more:
        operation["description"] = " ".join(more.split())
    if row.needs is Permission.PUBLIC:
        operation["security"] = []
    if parameters := [*_in_path(row), *_in_query(row, components)]:
        operation["parameters"] = parameters
    if row.message is not None and row.method.lower() not in _BY_QUERY and row.message is not Ask:
        operation["requestBody"] = {"required": True, "content": _json(row.message)}
    answer = _answer(row)
    done = {"description": "It is done."} if answer is None else _content("It is done.", answer)
    operation["responses"] = {"200": done, "default": {"$ref": "#/components/responses/Error"}}
    return operation


def _in_path(row: Endpoint) -> Iterable[dict[str, Any]]:
    for name, _ in _PARAMETER.findall(row.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(row: Endpoint, components: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if row.message is None or row.method.lower() not in _BY_QUERY:
        return
    schema = components[row.message.__name__]
    for name, field in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema["required"], "schema": field}


def _answer(row: Endpoint) -> Any:
    """The type of a handler's answer; None where it is no message."""
    kind = get_type_hints(row.handler).get("return")
    return kind if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else None


def _content(description: str, kind: type) -> dict[str, Any]:
    return {"description": description, "content": _json(kind)}


def _json(kind: type) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(name=kind.__name__)}}}
