"""Prompts are registered models with a tag; searches hide them unless the filter asks for it."""

from lazward.wire.registry import IS_PROMPT
from lazward_server.db.schema import (
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from lazward_server.tracking.search import And, Comparison, Field, Node, comparisons, exists
from lazward_server.tracking.search.conditions import Boolean

_FIELD = Field("tag", IS_PROMPT)


def hide(tree: Node | None) -> tuple[Node | None, bool]:
    """The filter to apply, and whether prompts are to be hidden besides.

    Models do not carry the tag, so ``tags.`mlflow.prompt.is_prompt` != 'true'`` would match none of them:
    where prompts are hidden anyway, such a comparison is left out.
    """
    if any(_asks(one) for one in comparisons(tree)):
        return tree, False
    return _without(tree), True


def is_model() -> Boolean:
    """Whether a row of ``registered_models`` is a prompt."""
    t = registered_model_tags.c
    return exists(t.model == registered_models.c.id, t.key == IS_PROMPT, t.value == "true")


def is_version() -> Boolean:
    """Whether a row of ``model_versions`` is a prompt's."""
    t = model_version_tags.c
    return exists(t.version == model_versions.c.id, t.key == IS_PROMPT, t.value == "true")


def _asks(one: Comparison) -> bool:
    """Whether a comparison can only be meant to find prompts."""
    if one.field != _FIELD:
        return False
    said = (one.operator, str(one.value).lower())
    return said in {("=", "true"), ("!=", "false")} or one.operator == "IS NOT NULL"


def _without(tree: Node | None) -> Node | None:
    """The filter without the comparisons of the tag that are joined by AND."""
    match tree:
        case Comparison(field=field) if field == _FIELD:
            return None
        case And():
            left = [kept for term in tree.terms if (kept := _without(term)) is not None]
            return And(tuple(left)) if left else None
        case _:
            return tree
