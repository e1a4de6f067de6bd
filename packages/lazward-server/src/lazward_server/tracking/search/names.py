"""What the name on the left of a comparison, or in an order, stands for."""

from collections.abc import Sequence

from lazward.errors import InvalidRequest
from lazward_server.tracking.search.lex import Token, shown, unquoted
from lazward_server.tracking.search.tree import Field
from lazward_server.tracking.search.vocabulary import Domain, Entity


def resolve(name: Token, entities: Sequence[Entity]) -> tuple[Entity, Field, Domain]:
    """The entity, field and domain a name stands for.

    Raises:
        InvalidRequest: There is no such entity, or it has no such key.
    """
    entity, key = _split(name, entities)
    found = entity.find(key)
    if found is None:
        raise InvalidRequest(
            f"Invalid {entity.name} key '{shown(key)}' specified. Valid keys are"
            f" '{sorted([*entity.keys, *entity.aliases])}' (position {name.at})."
        )
    return entity, *found


def require(name: Token, operator: str, entity: Entity, domain: Domain) -> None:
    """Refuse an operator that the field does not have."""
    if operator in domain.operators:
        return
    if operator.startswith("IS "):
        raise InvalidRequest(
            "IS NULL / IS NOT NULL is only supported for tags and params, not for"
            f" '{entity.name}' '{shown(name.text)}' (position {name.at})."
        )
    raise InvalidRequest(
        f"Invalid comparator '{operator}' not one of '{list(domain.operators)}' (position {name.at})."
    )


def _split(name: Token, entities: Sequence[Entity]) -> tuple[Entity, str]:
    """The entity and the bare key; quotes around a whole name may hold dots of its own."""
    if name.text[0] == '"':
        return entities[0], unquoted(name.text)
    end = name.text.find("`", 1) + 1 if name.text[0] == "`" else name.text.find(".")
    if end in (-1, len(name.text)):
        return entities[0], unquoted(name.text)
    return _entity(unquoted(name.text[:end]), name, entities), unquoted(name.text[end + 1 :])


def _entity(spelling: str, name: Token, entities: Sequence[Entity]) -> Entity:
    for entity in entities:
        if spelling in entity.spellings:
            return entity
    known = [entity.name for entity in entities]
    raise InvalidRequest(
        f"Invalid entity type '{shown(spelling)}'. Valid values are {known} (position {name.at})."
    )
