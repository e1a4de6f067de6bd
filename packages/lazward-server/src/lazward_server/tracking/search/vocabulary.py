"""What may be searched, as data: each of the searches is one ``Vocabulary``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lazward_server.tracking.search.tree import Field


@dataclass(frozen=True, slots=True)
class Domain:
    """The values of a field and the operators that make sense on them.

    Attributes:
        operators: In capitals.
        numeric: Values are numbers; otherwise quoted strings.
        numbered: The strings are integer ids.
        bare: Strings that look like numbers need no quotes.
    """

    operators: tuple[str, ...]
    numeric: bool = False
    numbered: bool = False
    bare: bool = False

    @property
    def lists(self) -> bool:
        """Whether values may be lists."""
        return "IN" in self.operators


TEXT = Domain(("=", "!=", "LIKE", "ILIKE"))
LISTED = Domain((*TEXT.operators, "IN", "NOT IN"))
OPTIONAL = Domain((*TEXT.operators, "IS NULL", "IS NOT NULL"))
"""What a run or model may have or not."""
OPTIONAL_LISTED = Domain((*OPTIONAL.operators, "IN", "NOT IN"), bare=True)
IDENTITY = Domain(("=", "!=", "IN", "NOT IN"), numbered=True)
NUMBER = Domain((">", ">=", "!=", "=", "<", "<="), numeric=True)


@dataclass(frozen=True, slots=True)
class Entity:
    """What stands before the dot.

    Attributes:
        name: What ``Field.entity`` says.
        spellings: How a user may write it.
        domain: Of every key, if any key will do.
        keys: Otherwise the keys there are, with the domain of each.
        aliases: Other spellings of keys.
    """

    name: str
    spellings: tuple[str, ...]
    domain: Domain | None = None
    keys: Mapping[str, Domain] = field(default_factory=dict[str, Domain])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])

    def find(self, key: str) -> tuple[Field, Domain] | None:
        """The field of this key, or None if the entity has no such key."""
        key = self.aliases.get(key, key)
        domain = self.domain or self.keys.get(key)
        return (Field(self.name, key), domain) if domain else None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one search.

    Attributes:
        entities: What can be compared; the first is meant by a name without a dot.
        order: What results can be ordered by.
    """

    entities: tuple[Entity, ...]
    order: tuple[Entity, ...]


def metric() -> Entity:
    """Metrics: of runs the latest value."""
    return Entity("metric", ("metric", "metrics"), NUMBER)


def param(domain: Domain = OPTIONAL) -> Entity:
    """Params."""
    return Entity("parameter", ("param", "params", "parameter", "parameters"), domain)


def tag(domain: Domain = OPTIONAL) -> Entity:
    """Tags."""
    return Entity("tag", ("tag", "tags"), domain)


def attribute(keys: Mapping[str, Domain], aliases: Mapping[str, str] | None = None) -> Entity:
    """What every one of them has."""
    spellings = ("attribute", "attributes", "attr", "run")
    return Entity("attribute", spellings, keys=keys, aliases=aliases or {})
