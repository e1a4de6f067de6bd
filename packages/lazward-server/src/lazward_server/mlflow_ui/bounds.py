"""How much a GraphQL document may ask, found out before anything works on it."""

from collections.abc import Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
)

from lazward.errors import InvalidRequest

MAX_DEPTH = 10
"""Levels; a fragment is one as well, so that fragments in a circle are too deep. The pages need six."""
MAX_FIELDS = 300
MAX_ALIASES = 10
MAX_ROOTS = 10
_MAX_TOKENS = 2000


def parsed(query: str) -> DocumentNode:
    """The document, if it is one and within bounds.

    Raises:
        InvalidRequest: It is not.
    """
    try:
        document = parse(query, no_location=True, max_tokens=_MAX_TOKENS)
    except (GraphQLError, RecursionError) as error:
        why = error.message if isinstance(error, GraphQLError) else "it is nested too deeply."
        raise InvalidRequest(f"The query cannot be read: {why}") from error
    fragments = {
        one.name.value: one.selection_set
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    count = _Count(fragments)
    for part in operations:
        count.add(part.selection_set, 1)
    for part in fragments.values():  # one that nothing uses is still checked against the schema
        count.add(part, 2)
    return document


class _Count:
    """Counts what a document selects with its fragments written out, and stops at the first bound."""

    def __init__(self, fragments: Mapping[str, SelectionSetNode]) -> None:
        self._fragments = fragments
        self._fields = self._aliases = self._roots = 0

    def add(self, selected: SelectionSetNode | None, depth: int) -> None:
        """Count a selection and all below it."""
        if selected is None:
            return
        if depth > MAX_DEPTH:
            raise InvalidRequest(f"The query is more than {MAX_DEPTH} levels deep.")
        for one in selected.selections:
            self._count(one, depth)
            self.add(self._below(one), depth + 1)

    def _count(self, one: SelectionNode, depth: int) -> None:
        self._fields += 1
        if isinstance(one, FieldNode):
            self._aliases += one.alias is not None
            self._roots += depth == 1
            name = one.name.value
            if name.startswith("__") and name != "__typename":
                raise InvalidRequest("This server does not describe its GraphQL schema.")
        for kind, counted, most in (
            ("fields", self._fields, MAX_FIELDS),
            ("aliases", self._aliases, MAX_ALIASES),
            ("root fields", self._roots, MAX_ROOTS),
        ):
            if counted > most:
                raise InvalidRequest(f"The query has more than {most} {kind}.")

    def _below(self, one: SelectionNode) -> SelectionSetNode | None:
        if isinstance(one, FragmentSpreadNode):
            return self._fragments.get(one.name.value)
        selected: SelectionSetNode | None = getattr(one, "selection_set", None)
        return selected
