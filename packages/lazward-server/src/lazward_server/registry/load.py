"""Whole registered models and versions, a page at a time, with one statement for each kind of thing."""

from typing import NamedTuple

from lazward.wire.base import KeyValue
from lazward.wire.registry import Alias, ModelVersion, RegisteredModel
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.registry import stages

_MODELS = Bulk(
    "select m.id, m.name, m.description, m.created_at, m.updated_at"
    " from given join registered_models m on m.id = given.id",
    id="bigint",
)
_MODEL_TAGS = Bulk(
    "select t.model, t.key, t.value from given join registered_model_tags t on t.model = given.id",
    id="bigint",
)
_MODEL_ALIASES = Bulk(
    "select a.model, a.alias, a.version from given join registered_model_aliases a on a.model = given.id",
    id="bigint",
)
_STAGES = " union all ".join(f"select {number} as stage" for number in range(len(stages.NAMES)))
_NEWEST = Bulk(
    "select given.id, (select id from model_versions where model = given.id and stage = stages.stage"
    f" order by version desc limit 1) from given cross join ({_STAGES}) stages",
    id="bigint",
)
_VERSIONS = Bulk(
    "select v.id, m.name, v.version, v.created_at, v.updated_at, v.stage, v.description, v.user_id,"
    " v.source, v.run_id, v.run_link, v.model_id"
    " from given join model_versions v on v.id = given.id join registered_models m on m.id = v.model",
    id="bigint",
)
_VERSION_TAGS = Bulk(
    "select t.version, t.key, t.value from given join model_version_tags t on t.version = given.id",
    id="bigint",
)
_VERSION_ALIASES = Bulk(
    "select v.id, a.alias from given join model_versions v on v.id = given.id"
    " join registered_model_aliases a on a.model = v.model and a.version = v.version",
    id="bigint",
)


class _Version(NamedTuple):
    """A row of ``model_versions`` with the model's name."""

    id: int
    name: str
    version: int
    created_at: int
    updated_at: int
    stage: int
    description: str
    user_id: str | None
    source: str
    run_id: str | None
    run_link: str | None
    model_id: str | None


def models(tx: Tx, numbers: list[int]) -> list[RegisteredModel]:
    """The models with these integer ids, in this order."""
    given = [(number,) for number in numbers]
    newest = newest_versions(tx, numbers)
    found = {
        number: RegisteredModel(
            name, created_at, updated_at, description or None, newest[number], tags=[], aliases=[]
        )
        for number, name, description, created_at, updated_at in _MODELS(tx, given)
    }
    for model, key, value in sorted(_MODEL_TAGS(tx, given)):
        found[model].tags.append(KeyValue(key, value))
    for model, alias, version in sorted(_MODEL_ALIASES(tx, given)):
        found[model].aliases.append(Alias(alias, str(version)))
    return [found[number] for number in numbers if number in found]


def newest_versions(tx: Tx, numbers: list[int]) -> dict[int, list[ModelVersion]]:
    """The newest version of each stage of these models, the oldest of them first."""
    rows = _NEWEST(tx, [(number,) for number in numbers])
    found = [(model, version) for model, version in rows if version is not None]
    newest: dict[int, list[ModelVersion]] = {number: [] for number in numbers}
    for (model, _), version in zip(found, versions(tx, [version for _, version in found]), strict=True):
        newest[model].append(version)
    for shown in newest.values():
        shown.sort(key=lambda version: int(version.version))
    return newest


def versions(tx: Tx, numbers: list[int]) -> list[ModelVersion]:
    """The versions with these integer ids, in this order."""
    given = [(number,) for number in numbers]
    found = {row.id: _version(row) for row in map(_Version._make, _VERSIONS(tx, given))}
    for version, key, value in sorted(_VERSION_TAGS(tx, given)):
        found[version].tags.append(KeyValue(key, value))
    for version, alias in sorted(_VERSION_ALIASES(tx, given)):
        found[version].aliases.append(alias)
    return [found[number] for number in numbers if number in found]


def _version(row: _Version) -> ModelVersion:
    return ModelVersion(
        name=row.name,
        version=str(row.version),
        creation_timestamp=row.created_at,
        last_updated_timestamp=row.updated_at,
        current_stage=stages.NAMES[row.stage],
        description=row.description,
        user_id=row.user_id,
        source=row.source,
        run_id=row.run_id or "",
        status="READY",
        run_link=row.run_link or "",
        model_id=row.model_id or None,
        tags=[],
        aliases=[],
    )
