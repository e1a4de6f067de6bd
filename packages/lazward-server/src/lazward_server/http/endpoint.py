"""An endpoint is a row: verb, path, handler, permission.

Feature modules list their rows in ``ENDPOINTS``; the composition root concatenates the lists. Routes,
documentation and the tests that walk every route read the same rows, and a row without a permission
cannot be written.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, get_type_hints

from starlette.responses import Response

from lazward.wire.base import Request
from lazward_server.db.database import Database
from lazward_server.http.action import action_of
from lazward_server.http.permission import Permission
from lazward_server.http.workspace import Workspace
from lazward_server.settings import Settings

MLFLOW = tuple(
    f"/{kind}/{version}/mlflow/" for kind in ("api", "ajax-api") for version in ("2.0", "3.0", "2.0/preview")
)
"""Where MLflow clients of all ages look; ``preview`` is what 1.x clients call."""
V1 = ("/api/v1/",)
"""Our own API, for what MLflow's protocol has no words for."""
PROXY = tuple(f"/{kind}/2.0/mlflow-artifacts/" for kind in ("api", "ajax-api"))
"""Where artifacts pass through the server."""
ROOT = ("/",)


class Caller(Protocol):
    """Who sent the request, as the authenticator found out."""

    @property
    def name(self) -> str: ...

    @property
    def user_id(self) -> int | None: ...

    @property
    def administrator(self) -> bool: ...

    @property
    def bearer(self) -> Any: ...


class Context:
    """What a handler is given beside the message: the workspace, the caller, and the server's parts.

    Attributes:
        bell: Rung when there may be something to do for what follows jobs, which then need not wait.
        caller: Who asked. A handler that signs somebody in puts them here, so that the audit log names them.
        client_address: The IP address that the request is from, as far as trusted proxies tell.
        message: What was asked, once it is decoded; None for handlers of raw requests.
        origin: ``scheme://host[:port]`` of this server, as the caller named it.
    """

    __slots__ = (
        "bell", "blobs", "caller", "client_address", "db", "message", "origin", "settings", "workspace",
        "workspace_id",
    )  # fmt: skip

    def __init__(
        self,
        db: Database,
        blobs: Any,
        settings: Settings,
        workspace: Workspace,
        caller: Caller,
        bell: asyncio.Event | None = None,
    ) -> None:
        self.db = db
        self.blobs = blobs
        self.settings = settings
        self.workspace = workspace
        self.workspace_id = workspace.id
        self.caller = caller
        self.bell = bell or asyncio.Event()
        self.client_address = ""
        self.message: Request | None = None
        self.origin = ""

    @property
    def job(self) -> Any:
        """The job whose token the caller showed; None for all others."""
        return None if self.caller.bearer is None else self.caller.bearer.job


@dataclass(frozen=True)
class Endpoint:
    """One thing a client can ask for.

    Attributes:
        method: HTTP verb.
        path: Below each prefix; ``{name}`` is one segment, ``{name:path}`` the rest. ``{workspace}`` names
            the workspace that the request is about, and is not handed to the handler.
        handler: ``async (ctx, message, **path_parameters) -> wire answer``. Its second annotation is the
            message to decode; a handler that wants the raw request annotates
            ``starlette.requests.Request`` and may answer with any Starlette response.
        needs: The permission checked before the handler runs.
        under: Prefixes the path is served at, each also below ``/workspaces/NAME``.
        audited: Whether the audit log tells of each use; None for what may change something, by its verb.
            Refusals it tells of always.
    """

    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    needs: Permission
    under: tuple[str, ...] = MLFLOW
    audited: bool | None = None

    @cached_property
    def action(self) -> str:
        """What it does, as the audit log calls it."""
        return action_of(self.method, self.path)

    @cached_property
    def is_audited(self) -> bool:
        """Whether each use is written down."""
        return self.method != "GET" if self.audited is None else self.audited

    @cached_property
    def message(self) -> type[Request] | None:
        """The message type to decode, or None for a handler that reads the raw request."""
        second = list(inspect.signature(self.handler).parameters)[1]
        kind = get_type_hints(self.handler)[second]
        return kind if issubclass(kind, Request) else None

    @cached_property
    def is_message(self) -> bool:
        """Whether a message goes in and one comes out, so that no raw request or answer is needed."""
        answer = get_type_hints(self.handler).get("return")
        raw = isinstance(answer, type) and issubclass(answer, Response)
        return self.message is not None and not raw
