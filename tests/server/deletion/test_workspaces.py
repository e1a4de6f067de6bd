"""A deleted workspace goes with everything in it, and nothing else does."""

import asyncio
import itertools
import time

import pytest
import sqlalchemy as sa

from lazward_server.db import drain
from lazward_server.db.schema import metadata, points, purged_artifacts, workspaces
from lazward_server.deletion import claims
from lazward_server.deletion import workspaces as deletion
from lazward_server.workspaces.deleting import report

from .conftest import ONE, OTHER


def furnish(house, workspace):
    experiment = house.experiment(workspace, "e")
    run_id = house.run(workspace, experiment)
    house.run(workspace, experiment)
    house.version(workspace, "m", f"runs:/{run_id}/a", run_id)
    return experiment, run_id


def test_a_workspace_goes_with_all_rows_and_files_and_leaves_others_alone(house):
    furnish(house, ONE)
    before, files = house.rows(), house.files(ONE)
    furnish(house, OTHER)
    house.delete_workspace(OTHER)
    house.purge()
    after = house.rows()
    after["workspaces"] |= {row for row in before["workspaces"] if row[0] == str(OTHER.id)}
    assert after == before
    assert house.files(ONE) == files
    assert not (house.root / OTHER.folder).exists()


def test_the_report_tells_what_would_go(house):
    furnish(house, ONE)
    furnish(house, OTHER)
    found = house.wait(lambda: report(house.db, house.blobs, [OTHER.id], dry_run=True))
    assert (found.experiments, found.runs, found.logged_models) == (1, 2, 2)
    assert (found.registered_models, found.model_versions) == (1, 1)
    assert (found.files, found.bytes) == (4, 220)


def test_what_belongs_to_workspaces_is_known_to_the_purge():
    """Whoever adds a table that refers to workspaces has to say how its rows go."""
    referring = {
        table.name
        for table in metadata.sorted_tables
        if any(key.column.table is workspaces for key in table.foreign_keys)
    }
    assert referring == {
        "compute_targets",
        "environments",
        "experiments",
        "jobs",  # go with their runs
        "registered_models",
        "roles",
        "tokens",
        "workspace_usage",
    }


def count_points(tx):
    return tx.execute(sa.select(sa.func.count()).select_from(points)).scalar()


@pytest.fixture
def large(house):
    """A workspace that is being deleted, with a run of 10,000 points."""
    run_id = house.run(OTHER, house.experiment(OTHER, "e"))
    house.point(OTHER, run_id, 10_000)
    house.settle()
    house.delete_workspace(OTHER)
    return house


def test_a_large_run_goes_in_slices_of_as_many_rows_as_asked_for(large):
    token, left = large.write(claims.take, OTHER.id), [large.read(count_points)]
    while large.write(deletion._remove_slice, OTHER.id, token, 500)[0]:
        left.append(large.read(count_points))
    assert left[-1] == 0
    assert max(before - after for before, after in itertools.pairwise(left)) == 500


def test_others_write_between_slices(large):
    left = []

    async def purge():
        chore = asyncio.ensure_future(large.chore().run())
        while not chore.done():
            left.append(await large.db.write(count_points))
        await chore

    large.wait(purge)
    assert len(set(left)) > 2


@pytest.mark.parametrize(
    ("rows", "seconds", "expected"), [(2000, 0.02, 2000), (2000, 0.08, 500), (2000, 9, 100), (2000, 0, 4000)]
)
def test_slices_become_smaller_where_they_take_long(rows, seconds, expected):
    assert drain.rows_for(rows, seconds) == expected


def test_a_purge_that_is_interrupted_carries_on(house):
    furnish(house, OTHER)
    house.delete_workspace(OTHER)

    async def interrupted():
        chore = asyncio.ensure_future(house.chore().run())
        await asyncio.sleep(0.02)
        chore.cancel()
        await asyncio.gather(chore, return_exceptions=True)

    house.wait(interrupted)
    house.execute(sa.update(workspaces).values(claimed_until=None))  # or a minute later
    house.purge()
    assert {row[0] for row in house.rows()["workspaces"]} == {"0", "1"}
    assert not (house.root / OTHER.folder).exists()


def test_a_process_that_lost_its_claim_changes_nothing_any_more(house):
    furnish(house, OTHER)
    house.delete_workspace(OTHER)
    before = house.rows()
    late = house.write(claims.take, OTHER.id)
    house.execute(sa.update(workspaces).values(claimed_until=1))
    assert house.write(claims.take, OTHER.id)
    for act in (deletion._remove_slice, deletion._finish):
        with pytest.raises(Exception, match="Another process"):
            house.write(act, OTHER.id, late)
    after = house.rows()
    del before["workspaces"], after["workspaces"]
    assert after == before


def test_only_one_process_claims_a_workspace_on_postgresql(house):
    house.delete_workspace(OTHER)
    assert house.write(claims.take, OTHER.id)
    on_postgresql = house.db.engine.dialect.name == "postgresql"
    assert (house.write(claims.take, OTHER.id) is None) == on_postgresql


def test_a_workspace_that_is_not_deleted_cannot_be_claimed(house):
    assert house.write(claims.take, OTHER.id) is None


def test_the_row_stays_while_another_process_may_still_let_requests_in(house):
    house.delete_workspace(OTHER)
    house.execute(
        sa.update(workspaces).where(workspaces.c.id == 2).values(deleting_at=int(time.time() * 1000))
    )
    house.purge()
    left = {row[0] for row in house.rows()["workspaces"]}
    assert ("2" in left) == (house.db.engine.dialect.name == "postgresql")


def test_the_file_of_the_database_shrinks(house, tmp_path):
    if house.db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's autovacuum sees to its own")
    run_id = house.run(OTHER, house.experiment(OTHER, "e"))
    house.point(OTHER, run_id, 400_000)
    house.settle()
    with house.db.engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    path = tmp_path / "lazward.db"
    before = path.stat().st_size
    house.delete_workspace(OTHER)
    house.purge()
    assert path.stat().st_size < before - 5_000_000
    assert path.stat().st_size < 1.2 * 4 * 2**20 + 1_000_000  # what is kept for later, and some rows
    assert house.rows()[purged_artifacts.name] == set()
