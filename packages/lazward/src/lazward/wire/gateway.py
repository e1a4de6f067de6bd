"""Messages about gateways to language models, as far as MLflow's pages ask for them."""

from typing import Any

import msgspec


class GatewayEndpoints(msgspec.Struct, frozen=True):
    """The endpoints of a gateway."""

    endpoints: list[dict[str, Any]] = []
