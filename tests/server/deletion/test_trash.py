"""What is deleted is listed until it is restored or removed for good, each in its own workspace."""

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.deletion import SearchTrash
from lazward_server.db.schema import runs as run_table
from lazward_server.deletion import trash
from lazward_server.tracking import experiments, runs

from .conftest import ONE, OTHER


def test_deleted_runs_are_those_of_experiments_that_are_there(house):
    made = house.experiment(ONE, "kept")
    gone = house.experiment(ONE, "gone")
    deleted, active, below = house.run(ONE, made), house.run(ONE, made), house.run(ONE, gone)
    elsewhere = house.run(OTHER, house.experiment(OTHER, "other"))
    for workspace, run_id in ((ONE, deleted), (OTHER, elsewhere)):
        house.write(runs.delete, workspace.id, run_id)
    house.write(experiments.delete, ONE.id, gone)
    (found,) = house.read(trash.deleted_runs, ONE.id, SearchTrash()).runs
    assert (found.run_id, found.experiment_id, found.experiment) == (deleted, made, "kept")
    assert active != deleted != below
    (found,) = house.read(trash.deleted_experiments, ONE.id, SearchTrash()).experiments
    assert (found.experiment_id, found.name, found.runs) == (gone, "gone", 1)
    house.write(runs.restore, ONE.id, deleted)
    house.write(experiments.restore, ONE.id, gone)
    assert house.read(trash.deleted_runs, ONE.id, SearchTrash()).runs == []
    assert house.read(trash.deleted_experiments, ONE.id, SearchTrash()).experiments == []


def test_pages_miss_none_of_those_that_went_at_once(house):
    made = house.experiment(ONE, "e")
    gone = [house.run(ONE, made) for _ in range(5)]
    house.execute(sa.update(run_table).values(deleted_at=7))
    found, token = [], ""
    while token is not None:
        page = house.read(trash.deleted_runs, ONE.id, SearchTrash(max_results=2, page_token=token))
        found += [run.run_id for run in page.runs]
        token = page.next_page_token
    assert found == gone[::-1]


def test_names_are_searched_as_they_are(house):
    for name in ("A_b", "axb", "100% 😀"):
        house.write(experiments.delete, ONE.id, house.experiment(ONE, name))

    def found(name):
        page = house.read(trash.deleted_experiments, ONE.id, SearchTrash(name=name))
        return [one.name for one in page.experiments]

    assert found("a_B") == ["A_b"]
    assert found("% 😀") == ["100% 😀"]
    assert found("nothing") == []


@pytest.mark.parametrize("token", ["1", "1-", "x-1", "1-2-3", "-1-2", f"{10**19}-1"])
def test_a_page_token_of_another_list_is_refused(house, token):
    with pytest.raises(InvalidRequest, match="page token"):
        house.read(trash.deleted_runs, ONE.id, SearchTrash(page_token=token))
