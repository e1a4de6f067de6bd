"""The composition root: the only file that knows every part."""

import asyncio
import functools
import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from lazward_server import chores, home, server_info
from lazward_server.artifacts import api as artifacts_api
from lazward_server.artifacts.metered import Metered
from lazward_server.artifacts.recount import Recount
from lazward_server.artifacts.store import open_store
from lazward_server.artifacts.usage import Usage
from lazward_server.audit import api as audit_api
from lazward_server.audit.recorder import Recorder
from lazward_server.audit.retention import forget_old
from lazward_server.auth import api as auth_api
from lazward_server.auth.gate import Gate
from lazward_server.chores import Chore
from lazward_server.compute import api as compute_api
from lazward_server.compute import cluster
from lazward_server.compute.engines import Engines
from lazward_server.db.database import Database
from lazward_server.deletion import api as deletion_api
from lazward_server.deletion.workspaces import Purge
from lazward_server.environments import api as environments_api
from lazward_server.http import openapi, site
from lazward_server.http.application import Application
from lazward_server.http.endpoint import Caller, Context, Endpoint
from lazward_server.http.routes import Routes
from lazward_server.http.workspace import Workspace
from lazward_server.jobs import api as jobs_api
from lazward_server.jobs import logs_api, reach, sealing
from lazward_server.jobs.scheduler import Scheduler
from lazward_server.mlflow_ui import api as mlflow_ui_api
from lazward_server.portal import pages as portal_pages
from lazward_server.registry import api as registry_api
from lazward_server.settings import Settings
from lazward_server.signin import api as signin_api
from lazward_server.signin import chores as signin_chores
from lazward_server.signin import oidc
from lazward_server.signin import pages as signin_pages
from lazward_server.snapshots import api as snapshots_api
from lazward_server.tracking import api as tracking_api
from lazward_server.tracking import logged_models_api, properties_api, records_api, tables_api
from lazward_server.workspaces import groups_api, mlflow_api, workspaces_api

_ROWS: list[Endpoint] = [
    *server_info.ENDPOINTS,
    *auth_api.ENDPOINTS,
    *signin_api.ENDPOINTS,
    *signin_pages.ENDPOINTS,
    *portal_pages.ENDPOINTS,
    *tracking_api.ENDPOINTS,
    *logged_models_api.ENDPOINTS,
    *properties_api.ENDPOINTS,
    *records_api.ENDPOINTS,
    *tables_api.ENDPOINTS,
    *artifacts_api.ENDPOINTS,
    *registry_api.ENDPOINTS,
    *snapshots_api.ENDPOINTS,
    *environments_api.ENDPOINTS,
    *compute_api.ENDPOINTS,
    *jobs_api.ENDPOINTS,
    *logs_api.ENDPOINTS,
    *audit_api.ENDPOINTS,
    *groups_api.ENDPOINTS,
    *workspaces_api.ENDPOINTS,
    *mlflow_api.ENDPOINTS,
    *deletion_api.ENDPOINTS,
    *mlflow_ui_api.ENDPOINTS,
]
ENDPOINTS = [*_ROWS, openapi.endpoint(_ROWS)]
"""Every endpoint of the server."""


class _Running:
    """The application with its parts open between ASGI's start-up and shutdown."""

    def __init__(self, settings: Settings, routes: Routes) -> None:
        self._settings = settings
        self._routes = routes
        self._app: Application | None = None

    @property
    def messages(self) -> Application | None:
        """See ``http.protocol.Answering``."""
        return self._app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with _open(self._settings, self._routes) as app:
            self._app = app
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def create_app(settings: Settings) -> ASGIApp:
    """The ASGI application of a server. Its database must be prepared (``db.migrate.prepare``)."""
    return _Running(settings, Routes(ENDPOINTS))


@asynccontextmanager
async def _open(settings: Settings, routes: Routes) -> AsyncGenerator[Application]:
    db = Database(settings.database, tidy=tracking_api.tidy)
    usage = Usage(db)
    blobs = Metered(open_store(settings.artifacts), usage)
    bell = asyncio.Event()

    def context(workspace: Workspace, caller: Caller) -> Context:
        return Context(db, blobs, settings, workspace, caller, bell)

    if settings.oidc is not None:
        oidc.warm_up(settings.oidc)
    _calm_collector()
    gate = Gate(db, required=settings.auth, processes=settings.workers)
    recorder = Recorder(db)
    scheduler = Scheduler(db, settings, Engines(settings), home.identity(settings.home))
    async with chores.running(_chores(db, blobs, usage, settings, scheduler, bell)):
        within_job = functools.partial(reach.check, db)
        site_ = site.of(settings)
        yield Application(routes, gate, context, recorder, within_job, max_body=settings.max_body, site=site_)
    await scheduler.close()
    await recorder.close()
    await usage.write()
    db.close()
    blobs.close()


def _chores(
    db: Database,
    blobs: Metered,
    usage: Usage,
    settings: Settings,
    scheduler: Scheduler,
    bell: asyncio.Event,
) -> list[Chore]:
    """What this process does at intervals, in seconds."""
    words = cluster.folder(settings.home)
    return [
        Chore("starting and following jobs", 0.2, scheduler.run, bell),
        Chore("keeping the logs of jobs", 1.0, lambda: sealing.seal(db, blobs, settings.artifacts)),
        Chore(
            "forgetting what launchers printed",
            3600.0,
            lambda: asyncio.to_thread(cluster.forget_words, words),
        ),
        Chore("writing what artifacts take", 1.0, usage.write),
        Chore("counting what artifacts take", 60.0, Recount(db, blobs, usage).due),
        Chore("removing for good", 2.0, Purge(db, blobs, settings.artifacts).run),
        Chore("forgetting tokens that are over", 600.0, lambda: _forget_expired(db)),
        Chore(
            "forgetting what the audit log need not keep",
            3600.0,
            lambda: forget_old(db, settings.audit_retention_seconds),
        ),
    ]


async def _forget_expired(db: Database) -> None:
    await db.write(signin_chores.forget_expired)


def _calm_collector() -> None:
    """Keep full garbage collections rare.

    What is loaded by now stays for good, and a request leaves no cycles behind; with Python's defaults a
    loaded server stood still for 40 ms several times a second to find that out.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
