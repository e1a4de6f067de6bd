"""The gateway, which this server has not: the pages ask for it with every list of runs."""

from lazward.wire.base import Ask
from lazward_server.http.endpoint import Context, Endpoint
from lazward_server.http.permission import Permission


async def get(_ctx: Context, _req: Ask) -> dict[str, list[str]]:
    """No endpoints, as a genuine server without a gateway says."""
    return {"endpoints": []}


ENDPOINTS = [
    Endpoint("GET", "gateway-proxy", get, needs=Permission.EXPERIMENT_READ, under=("/ajax-api/2.0/mlflow/",)),
]
