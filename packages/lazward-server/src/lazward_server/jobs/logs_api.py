"""The routes of logs."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lazward.errors import InvalidRequest
from lazward.wire import jobs as wire
from lazward.wire.base import Empty
from lazward_server.http import decode
from lazward_server.http.endpoint import ROOT, V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.jobs import links, log_events, log_search, logged, logs

_TEXT = "text/plain; charset=utf-8"
_SAFE = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "referrer-policy": "no-referrer",
}
"""What a script wrote is shown as text and nothing else."""


async def get_log(ctx: Context, request: Request, run_id: str, name: str) -> Response:
    """What a log holds from an offset on, at most 4 MiB; empty at its end.

    The header ``X-Log-Size`` tells how many bytes it has by now. Where ``Accept`` is ``text/event-stream``,
    the answer goes on as the log grows, in server-sent events: the data of each is ``{"text": ...}``, its id
    the offset behind that, which ``Last-Event-ID`` takes up again. The event ``end`` says that the job is
    over and all was sent; without it the connection has merely lasted long enough, and is to be made anew.
    """
    req = decode.query(wire.ReadLog, request.url.query)
    job = await ctx.db.read(logged.find, run_id, ctx.workspace_id)
    name = logs.canonical(name)
    if "text/event-stream" in request.headers.get("accept", ""):
        offset = log_events.resumed(request.headers.get("last-event-id")) or req.offset
        return log_events.Events(ctx, job, name, offset, _SAFE)
    piece = await logged.read(ctx.blobs, ctx.settings.artifacts, job, name, req.offset, req.limit)
    return Response(piece.content, media_type=_TEXT, headers={**_SAFE, "x-log-size": str(piece.size)})


async def find_in_log(ctx: Context, req: wire.FindInLog, run_id: str) -> wire.LogMatches:
    """Where a text stands in a log; of long ones, up to where one request looks."""
    job = await ctx.db.read(logged.find, run_id, ctx.workspace_id)
    args = (job, logs.canonical(req.name), req.text, req.offset)
    return await log_search.find(ctx.blobs, ctx.settings.artifacts, *args)


async def open_log(ctx: Context, request: Request, run_id: str, name: str) -> Response:
    """A whole log, for whoever has the link to it."""
    req = decode.query(wire.OpenLog, request.url.query)
    job = await ctx.db.read(links.opened, run_id, name, req.until, req.key)
    content = logged.stream(ctx.blobs, ctx.settings.artifacts, job, logs.canonical(name))
    return StreamingResponse(content, media_type=_TEXT, headers=_SAFE)


async def put_log(ctx: Context, request: Request, run_id: str, name: str) -> Empty:
    """A launcher sends a part of a log, which begins at an offset."""
    req = decode.query(wire.ReadLog, request.url.query)
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > logs.MOST_BYTES:
            raise InvalidRequest(f"A part of a log has at most {logs.MOST_BYTES} bytes.")
    job = await ctx.db.read(logged.find, run_id, ctx.workspace_id)
    where = (job.workspace.folder, run_id, logs.canonical(name), req.offset)
    await logs.append(ctx.blobs, *where, bytes(content))
    return Empty()


_PATH = "jobs/{run_id}/logs/{name:path}"

ENDPOINTS = [
    Endpoint("GET", _PATH, get_log, needs=Permission.JOB_READ, under=V1),
    Endpoint("GET", "jobs/{run_id}/log-matches", find_in_log, needs=Permission.JOB_READ, under=V1),
    Endpoint("PUT", _PATH, put_log, needs=Permission.JOB_RUN, under=V1, audited=False),
    Endpoint("GET", "job-logs/{run_id}/{name:path}", open_log, needs=Permission.PUBLIC, under=ROOT),
]
