"""The endpoint that MLflow's pages ask in GraphQL, and nobody else."""

from functools import cache
from importlib import resources
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    build_schema,
    execute,  # pyright: ignore[reportUnknownVariableType]
    validate,
)

from lazward.errors import InvalidRequest
from lazward.wire.graphql import Query
from lazward_server.http.endpoint import ROOT, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.mlflow_ui import bounds, fields

_MOST_WRONG = 5
"""Faults of a document that are looked for."""


async def answer(ctx: Context, req: Query) -> dict[str, Any]:
    """What a query asks for; its resolvers ask the endpoints, each with its own permission."""
    document = bounds.parsed(req.query)
    schema = _schema()
    if wrong := validate(schema, document, max_errors=_MOST_WRONG):
        raise InvalidRequest(f"The query does not fit the schema: {wrong[0].message}")
    result = await _executed(schema, document, ctx, req)
    for error in result.errors or ():
        raise _original(error)
    return {"data": result.data}


@cache
def _schema() -> GraphQLSchema:
    return build_schema(resources.files("lazward_server.mlflow_ui").joinpath("schema.graphql").read_text())


async def _executed(
    schema: GraphQLSchema, document: DocumentNode, ctx: Context, req: Query
) -> ExecutionResult:
    result = execute(
        schema,
        document,
        context_value=ctx,
        variable_values=req.variables,
        operation_name=req.operation_name,
        field_resolver=fields.resolve,
    )
    return await result if isawaitable(result) else result


def _original(error: GraphQLError) -> Exception:
    """What went wrong: in a resolver, told as everywhere, or else in the query."""
    return error.original_error or InvalidRequest(f"The query cannot be answered: {error.message}")


ENDPOINTS = [
    Endpoint("POST", "mlflow/graphql", answer, needs=Permission.RUN_READ, under=ROOT, audited=False),
]
