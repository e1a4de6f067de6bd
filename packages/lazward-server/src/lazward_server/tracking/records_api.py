"""The routes of records."""

from lazward.wire import records as wire
from lazward.wire.base import Empty
from lazward_server.db.database import Batched
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.tracking import records

_LOG = Batched(records.log)


async def log_records(ctx: Context, req: wire.LogRecords, run_id: str) -> Empty:
    """Add what is no metric to a run, all of it or nothing; what comes again is kept once."""
    await ctx.db.write_batched(_LOG, records.batch(ctx.workspace_id, run_id, req.records))
    return Empty()


async def get_records(ctx: Context, req: wire.GetRecords, run_id: str) -> wire.Records:
    """A page of a run's records, in the order in which they came."""
    args = (run_id, req.name, req.after, req.max_results)
    return wire.Records(*await ctx.db.read(records.page, ctx.workspace_id, *args))


_PATH = "runs/{run_id}/records"

ENDPOINTS = [
    Endpoint("GET", _PATH, get_records, needs=Permission.RUN_READ, under=V1),
    Endpoint("POST", _PATH, log_records, needs=Permission.RUN_WRITE, under=V1, audited=False),
]
