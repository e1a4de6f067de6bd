"""Versions: their numbers, stages, tags and aliases."""

import pytest

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.base import KeyValue
from lazward.wire.registry import DeleteVersionTag, SetVersionTag, TransitionStage
from lazward_server.registry import aliases, models, names, versions, versions_api


def move(registry, version, stage, *, archive=False):
    return registry.write(versions.transition, TransitionStage("m", version, stage, archive))


@pytest.fixture
def registry(registry):
    registry.model("m")
    return registry


def test_numbers_rise_from_one_and_are_never_used_again(registry):
    assert [registry.version().version for _ in range(3)] == ["1", "2", "3"]
    registry.write(versions.delete, "m", "3")
    registry.write(versions.delete, "m", "1")
    assert registry.version().version == "4"
    with pytest.raises(NotFound, match=r"Model Version \(name=m, version=3\) not found"):
        registry.read(versions.get, "m", "3")


def test_a_version_keeps_what_it_was_made_with(registry):
    made = registry.version(
        run_id="r", run_link="http://l", description="d", tags=[KeyValue("b", "1"), KeyValue("a", "2")]
    )
    assert made == registry.read(versions.get, "m", "1")
    assert (made.source, made.run_id, made.run_link, made.description) == ("s3://b/x", "r", "http://l", "d")
    assert (made.status, made.current_stage) == ("READY", "None")
    assert made.tags == [KeyValue("a", "2"), KeyValue("b", "1")]


def test_the_models_time_moves_with_its_versions(registry):
    version = registry.version()
    assert registry.read(models.get, "m").last_updated_timestamp == version.creation_timestamp
    moved = move(registry, "1", "Staging")
    assert registry.read(models.get, "m").last_updated_timestamp == moved.last_updated_timestamp


NO_VERSIONS = [
    ("abc", InvalidRequest, "Parameter 'version' must be an integer, got 'abc'."),
    ("1.0", InvalidRequest, "Parameter 'version' must be an integer, got '1.0'."),
    ("", InvalidRequest, "Parameter 'version' must be an integer, got ''."),
    ("9", NotFound, r"Model Version \(name=m, version=9\) not found"),
    ("-1", NotFound, "not found"),
    ("99999999999999999999", NotFound, "not found"),
]


def test_a_version_that_does_not_exist(registry):
    for version, error, text in NO_VERSIONS:
        with pytest.raises(error, match=text):
            registry.read(versions.get, "m", version)
        with pytest.raises(error, match=text):
            registry.write(versions.delete, "m", version)


def test_a_version_of_an_unknown_model(registry):
    with pytest.raises(NotFound, match=r"Model Version \(name=nope, version=1\) not found"):
        registry.read(versions.get, "nope", "1")
    with pytest.raises(NotFound, match="Registered Model with name=nope not found"):
        registry.version("nope")


def test_stages_are_taken_in_any_case(registry):
    registry.version()
    for given, stage in (("staging", "Staging"), ("PRODUCTION", "Production"), ("none", "None")):
        assert move(registry, "1", given).current_stage == stage
    with pytest.raises(InvalidRequest, match="Value must be one of None, Staging, Production, Archived"):
        move(registry, "1", "foo")


def test_archiving_moves_only_the_others_of_the_same_stage(registry):
    for _ in range(4):
        registry.version()
    for version, stage in (("1", "Production"), ("2", "Production"), ("3", "Staging")):
        move(registry, version, stage)
    move(registry, "2", "Production", archive=True)
    stages = [registry.read(versions.get, "m", v).current_stage for v in "1234"]
    assert stages == ["Archived", "Production", "Staging", "None"]
    for stage in ("None", "Archived"):
        with pytest.raises(InvalidRequest, match="is not an Active stage"):
            move(registry, "1", stage, archive=True)


def test_newest_versions_can_be_asked_by_stage(registry):
    for _ in range(3):
        registry.version()
    move(registry, "1", "Production")
    assert [v.version for v in registry.read(versions.newest, "m", [])] == ["1", "3"]
    assert [v.version for v in registry.read(versions.newest, "m", ["production"])] == ["1"]
    assert registry.read(versions.newest, "m", ["Staging"]) == []
    with pytest.raises(InvalidRequest):
        registry.read(versions.newest, "m", ["foo"])
    with pytest.raises(NotFound):
        registry.read(versions.newest, "nope", [])


def test_an_alias_moves_and_goes_with_its_version(registry):
    registry.version()
    registry.version()
    for version in ("1", "2"):
        registry.write(aliases.set_alias, "m", "champion", version)
    registry.write(aliases.set_alias, "m", "old", "1")
    assert registry.read(aliases.get, "m", "champion").version == "2"
    assert registry.read(versions.get, "m", "2").aliases == ["champion"]
    assert [(a.alias, a.version) for a in registry.read(models.get, "m").aliases] == [
        ("champion", "2"),
        ("old", "1"),
    ]
    registry.write(versions.delete, "m", "2")
    with pytest.raises(InvalidRequest, match="Registered model alias champion not found"):
        registry.read(aliases.get, "m", "champion")
    registry.write(aliases.delete, "m", "old")
    registry.write(aliases.delete, "m", "old")
    assert registry.read(models.get, "m").aliases == []


def test_the_alias_latest_can_be_read_and_not_set(registry):
    with pytest.raises(NotFound, match="Latest version not found for model m"):
        registry.read(aliases.get, "m", "latest")
    registry.version()
    registry.version()
    move(registry, "2", "Archived")
    assert registry.read(aliases.get, "m", "Latest").version == "2"
    for alias in ("latest", "LATEST"):
        with pytest.raises(InvalidRequest, match="is reserved"):
            registry.write(aliases.set_alias, "m", alias, "1")


@pytest.mark.parametrize("alias", ["v1", "V22", "a b", "a/b", "", "a\n", "x" * 256, "Latest"])
def test_aliases_that_mean_something_else_are_refused(alias):
    with pytest.raises(InvalidRequest):
        names.check_free_alias(alias)


def test_an_alias_needs_a_version(registry):
    with pytest.raises(NotFound):
        registry.write(aliases.set_alias, "m", "a", "1")
    with pytest.raises(NotFound):
        registry.write(aliases.set_alias, "nope", "a", "1")


def test_tags_are_set_over_and_a_missing_one_is_no_loss(registry):
    registry.version()
    for value in ("1", ""):
        registry.write(versions_api._set_tag, SetVersionTag("m", "1", "k", value))
    assert registry.read(versions.get, "m", "1").tags == [KeyValue("k", "")]
    for _ in range(2):
        registry.write(versions_api._delete_tag, DeleteVersionTag("m", "1", "k"))
    assert registry.read(versions.get, "m", "1").tags == []
    with pytest.raises(NotFound):
        registry.write(versions_api._delete_tag, DeleteVersionTag("m", "2", "k"))
