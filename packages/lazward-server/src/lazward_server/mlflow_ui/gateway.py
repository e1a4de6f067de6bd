"""What MLflow's pages ask of a gateway to language models, which this server has not."""

from lazward.wire.base import Ask
from lazward.wire.gateway import GatewayEndpoints
from lazward_server.http.endpoint import Context, Endpoint
from lazward_server.http.permission import Permission


async def list_endpoints(_ctx: Context, _req: Ask) -> GatewayEndpoints:
    """None: what MLflow's own server says where no gateway is configured, so that no page shows an error."""
    return GatewayEndpoints()


ENDPOINTS = [Endpoint("GET", "gateway-proxy", list_endpoints, needs=Permission.EXPERIMENT_READ)]
