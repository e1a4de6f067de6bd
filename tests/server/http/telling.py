"""A server of two endpoints that tell what it believes of a request."""

import contextlib
import socket
import threading
import types
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from lazward.wire.base import Request
from lazward_server.http import protocol, site
from lazward_server.http.application import Application
from lazward_server.http.endpoint import Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.http.routes import Routes
from lazward_server.http.workspace import DEFAULT
from lazward_server.settings import Settings


class Ask(Request, frozen=True):
    """A question without parameters."""


async def tell(ctx: Context, _req: Ask) -> dict[str, str]:
    return {"address": ctx.client_address, "origin": ctx.origin}


NOBODY = types.SimpleNamespace(name="anonymous", user_id=None, administrator=False, bearer=None)


class EverybodyMay:
    async def admit(self, *_):
        return NOBODY, DEFAULT

    def forget(self):
        pass


class Nobody:
    """Whom the audit log is told to."""

    async def record(self, _event):
        pass


async def no_job(_job, _endpoint, _message, _found):
    raise AssertionError("nobody here shows the token of a job")


def application(**options: object) -> Application:
    settings = Settings(Path(), "sqlite:///x", "file:///x", **options)
    endpoints = [Endpoint(verb, "tell", tell, Permission.PUBLIC, ("/",)) for verb in ("GET", "POST")]

    def context(workspace, caller):
        return Context(None, None, settings, workspace, caller)

    return Application(
        Routes(endpoints), EverybodyMay(), context, Nobody(), no_job, max_body=1000, site=site.of(settings)
    )


@contextlib.contextmanager
def telling(port: int = 0, **options: object) -> Iterator[int]:
    """Serves with these settings, on the real server's loop; gives the port."""
    app = application(**options)

    async def answer(scope, receive, send):
        await app(scope, receive, send)

    answer.messages = app
    config = uvicorn.Config(
        answer, http=protocol.Protocol, lifespan="off", log_level="error", proxy_headers=False
    )
    with socket.create_server(("127.0.0.1", port)) as listener:
        config.load()
        config.loaded_app = answer
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()
