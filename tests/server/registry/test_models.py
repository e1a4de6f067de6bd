"""Registered models: made, found, renamed, removed."""

import pytest
import sqlalchemy as sa

from lazward.errors import AlreadyExists, InvalidRequest, NotFound
from lazward.wire.base import KeyValue
from lazward.wire.registry import IS_PROMPT, CreateModel, TransitionStage
from lazward_server.db import schema
from lazward_server.registry import aliases, models, names, versions


def test_a_new_model_has_its_tags_by_key_and_no_versions(registry):
    made = registry.write(
        models.create, CreateModel("m", [KeyValue("b", "1"), KeyValue("a", ""), KeyValue("b", "2")], "text")
    )
    assert made == registry.read(models.get, "m")
    assert [(tag.key, tag.value) for tag in made.tags] == [("a", ""), ("b", "2")]
    assert (made.description, made.latest_versions, made.aliases) == ("text", [], [])
    assert made.creation_timestamp == made.last_updated_timestamp > 1_700_000_000_000


@pytest.mark.parametrize("name", ["", "  ", "a/b", "a:b", ".", "..", "..a", "x" * 257])
def test_a_name_that_cannot_stand_in_a_uri_is_refused(name):
    with pytest.raises(InvalidRequest):
        names.check_name(name)


def test_a_name_is_taken_once_and_models_and_prompts_share_names(registry):
    registry.model("m")
    registry.write(models.create, CreateModel("p", [KeyValue(IS_PROMPT, "true")]))
    with pytest.raises(AlreadyExists, match=r"Registered Model \(name=m\) already exists"):
        registry.model("m")
    with pytest.raises(AlreadyExists, match=r"Prompt \(name=p\) already exists"):
        registry.write(models.create, CreateModel("p", [KeyValue(IS_PROMPT, "true")]))
    with pytest.raises(AlreadyExists, match="already taken by a prompt"):
        registry.model("p")


def test_an_unknown_model_is_not_found(registry):
    for fn, args in [
        (models.get, ()),
        (models.delete, ()),
        (models.rename, ("n",)),
        (models.describe, ("d",)),
    ]:
        with pytest.raises(NotFound, match="Registered Model with name=nope not found"):
            registry.write(fn, "nope", *args)


def test_another_workspace_sees_nothing_of_it(registry, database):
    registry.model("m")
    with pytest.raises(NotFound):
        database.read_now(models.get, 2, "m")


def test_a_new_description_moves_the_time_of_the_last_change(registry):
    before = registry.model("m", "old")
    after = registry.write(models.describe, "m", "")
    assert after.description is None
    assert after.creation_timestamp == before.creation_timestamp
    assert after.last_updated_timestamp >= before.last_updated_timestamp


def test_versions_aliases_and_tags_follow_a_rename(registry):
    registry.model("m", k="v")
    registry.version(tags=[KeyValue("t", "1")])
    registry.write(aliases.set_alias, "m", "champion", "1")
    renamed = registry.write(models.rename, "m", "n")
    assert (renamed.name, renamed.tags, renamed.aliases[0].alias) == ("n", [KeyValue("k", "v")], "champion")
    version = registry.read(aliases.get, "n", "champion")
    assert (version.name, version.version, version.tags) == ("n", "1", [KeyValue("t", "1")])
    assert version.last_updated_timestamp == renamed.last_updated_timestamp
    with pytest.raises(NotFound):
        registry.read(models.get, "m")


def test_a_rename_to_a_taken_name_changes_nothing(registry):
    registry.model("m")
    registry.model("n")
    with pytest.raises(AlreadyExists, match=r"Registered Model \(name=n\) already exists"):
        registry.write(models.rename, "m", "n")
    assert registry.read(models.get, "m").name == "m"
    assert registry.write(models.rename, "m", "m").name == "m"


def test_deleting_a_model_leaves_no_row_behind(registry, database):
    registry.model("m", k="v")
    registry.version(tags=[KeyValue("t", "1")])
    registry.write(aliases.set_alias, "m", "a", "1")
    registry.write(models.delete, "m")
    tables = ("registered_models", "registered_model_tags", "registered_model_aliases", "model_versions")
    for name in (*tables, "model_version_tags"):
        count = sa.select(sa.func.count()).select_from(schema.metadata.tables[name])
        assert database.read_now(lambda tx, count=count: tx.execute(count).scalar()) == 0, name
    registry.model("m")
    assert registry.version().version == "1"


def test_tags_have_limits(registry):
    with pytest.raises(InvalidRequest, match="exceeds the maximum length of 250"):
        names.checked_tags([KeyValue("k" * 251, "")])
    with pytest.raises(InvalidRequest, match="exceeds the maximum length of 100000"):
        names.checked_tags([KeyValue("k", "v" * 100_001)])
    with pytest.raises(InvalidRequest, match="Prompt text exceeds max length"):
        names.checked_tags([KeyValue("mlflow.prompt.text", "v" * 100_001)])
    with pytest.raises(InvalidRequest, match="Invalid value \"a//b\" for parameter 'key'"):
        names.checked_tags([KeyValue("a//b", "")])
    assert registry.model("m", **{"k" * 250: "v" * 100_000}).tags[0].value == "v" * 100_000


def test_the_newest_version_of_each_stage_is_shown(registry):
    registry.model("m")
    for _ in range(4):
        registry.version()
    for version, stage in (("1", "Staging"), ("2", "Staging"), ("3", "Production")):
        registry.write(versions.transition, TransitionStage("m", version, stage))
    shown = registry.read(models.get, "m").latest_versions
    assert [(v.version, v.current_stage) for v in shown] == [
        ("2", "Staging"),
        ("3", "Production"),
        ("4", "None"),
    ]
