"""Several processes on PostgreSQL at once; on SQLite one writer takes them in turn."""

import asyncio

import pytest

from lazward.errors import AlreadyExists, LazwardError, NotFound
from lazward.wire.registry import CreateModel, CreateVersion, SetModelTag, TransitionStage
from lazward_server.db.database import Database
from lazward_server.registry import aliases, models, models_api, versions

WORKSPACE = 1
ROUNDS = 8


@pytest.fixture
def two(database, database_url):
    """Two writers, as of two processes; on SQLite there is only ever one."""
    other = Database(database_url) if database_url.startswith("postgresql") else database
    yield database, other
    if other is not database:
        other.close()


def together(two, *calls):
    """All calls at once, by turns through one and the other; their answers and errors."""

    async def run():
        waiting = [two[i % 2].write(fn, WORKSPACE, *args) for i, (fn, *args) in enumerate(calls)]
        return await asyncio.gather(*waiting, return_exceptions=True)

    outcomes = asyncio.run(run())
    strange = [o for o in outcomes if isinstance(o, BaseException) and not isinstance(o, LazwardError)]
    assert not strange
    return outcomes


def errors(outcomes):
    return [type(outcome) for outcome in outcomes if isinstance(outcome, LazwardError)]


def test_a_name_is_made_once_whoever_is_first(two):
    for i in range(ROUNDS):
        outcomes = together(two, *[(models.create, CreateModel(f"m{i}"))] * 4)
        assert errors(outcomes) == [AlreadyExists] * 3


def test_two_renames_to_one_name(two):
    for i in range(ROUNDS):
        together(two, (models.create, CreateModel(f"a{i}")), (models.create, CreateModel(f"b{i}")))
        outcomes = together(two, (models.rename, f"a{i}", f"c{i}"), (models.rename, f"b{i}", f"c{i}"))
        assert errors(outcomes) == [AlreadyExists]


def test_no_version_number_is_given_twice(two):
    together(two, (models.create, CreateModel("m")))
    outcomes = together(two, *[(versions.create, CreateVersion("m", "s3://b/x"))] * 40)
    assert sorted(int(made.version) for made in outcomes) == list(range(1, 41))


def test_a_model_may_be_deleted_while_others_write_to_it(two):
    for i in range(ROUNDS):
        name = f"m{i}"
        together(two, (models.create, CreateModel(name)))
        together(two, (versions.create, CreateVersion(name, "s3://b/x")))
        outcomes = together(
            two,
            (aliases.set_alias, name, "a", "1"),
            (models.delete, name),
            (models_api._set_tag, SetModelTag(name, "k", "v")),
            (versions.create, CreateVersion(name, "s3://b/x")),
            (versions.transition, TransitionStage(name, "1", "Staging")),
            (versions.delete, name, "1"),
        )
        assert set(errors(outcomes)) <= {NotFound}


def test_one_version_stays_in_a_stage_when_all_archive_the_others(two):
    together(two, (models.create, CreateModel("m")))
    together(two, *[(versions.create, CreateVersion("m", "s3://b/x"))] * 6)
    moves = [(versions.transition, TransitionStage("m", str(n), "Production", True)) for n in range(1, 7)]
    assert errors(together(two, *moves)) == []
    stages = [two[0].read_now(versions.get, WORKSPACE, "m", str(n)).current_stage for n in range(1, 7)]
    assert sorted(stages) == ["Archived"] * 5 + ["Production"]
