"""What MLflow's pages ask in GraphQL."""

from typing import Annotated, Any

import msgspec

from lazward.wire.base import Request

MAX_QUERY = 2**14


class Query(Request, frozen=True):
    """A document with one or more operations, and which of them is meant."""

    query: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_QUERY)]
    variables: dict[str, Any] = {}
    operation_name: str | None = None
