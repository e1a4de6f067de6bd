"""Deleted runs and experiments go for good, one by one or by age, and only those."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazward.errors import InvalidRequest, InvalidState, NotFound
from lazward.wire.deletion import PurgeExperiments, PurgeRuns
from lazward_server.db.clock import now
from lazward_server.db.schema import runs as runs_table
from lazward_server.deletion import experiments, runs
from lazward_server.registry import models
from lazward_server.tracking import experiments as experiment_rows
from lazward_server.tracking import runs as run_rows

from .conftest import ONE, OTHER

HIDDEN = {"experiments"}  # one of them collects the runs of a workspace


def names(choice):
    return len(choice.doomed), [kept.id for kept in choice.kept]


def test_a_deleted_run_goes_with_all_it_logged_and_nothing_else_does(house):
    experiment = house.experiment(ONE, "e")
    house.run(ONE, experiment)
    before, files = house.rows(), house.files(ONE)
    run_id = house.run(ONE, experiment)
    house.write(run_rows.delete, ONE.id, run_id)
    house.write(runs.hide, ONE.id, PurgeRuns([run_id]))
    with pytest.raises(NotFound):
        house.read(run_rows.find, ONE.id, run_id)
    house.purge()
    after = house.rows()
    after["experiments"] &= before["experiments"]
    assert after == before
    assert house.files(ONE) == files


def test_a_run_that_is_not_deleted_stays(house):
    run_id = house.run(ONE, "0")
    for dry in (True, False):
        with pytest.raises(InvalidState, match=f"Run {run_id} is active"):
            house.write(runs.hide, ONE.id, PurgeRuns([run_id], dry_run=dry))
    assert names(house.write(runs.hide, ONE.id, PurgeRuns(older_than=0))) == (0, [])


def test_runs_of_other_workspaces_are_not_found(house):
    run_id = house.run(OTHER, house.experiment(OTHER, "e"))
    house.write(run_rows.delete, OTHER.id, run_id)
    with pytest.raises(NotFound):
        house.write(runs.hide, ONE.id, PurgeRuns([run_id]))
    assert names(house.write(runs.hide, ONE.id, PurgeRuns(older_than=0))) == (0, [])


def test_a_request_says_which(house):
    with pytest.raises(InvalidRequest, match="older_than"):
        house.write(runs.hide, ONE.id, PurgeRuns())
    with pytest.raises(InvalidRequest, match="older_than"):
        house.write(experiments.hide, ONE.id, PurgeExperiments())


def test_only_what_was_deleted_long_enough_ago_goes(house):
    old, young = house.run(ONE, "0"), house.run(ONE, "0")
    for run_id in (old, young):
        house.write(run_rows.delete, ONE.id, run_id)
    house.execute(
        sa.update(runs_table).where(runs_table.c.run_id == old).values(deleted_at=now() - 3_600_000)
    )
    assert names(house.write(runs.hide, ONE.id, PurgeRuns(older_than=1_800_000))) == (1, [])
    house.purge()
    house.read(run_rows.find, ONE.id, young)
    with pytest.raises(NotFound):
        house.read(run_rows.find, ONE.id, old)


@pytest.mark.parametrize("source", ["runs:/{}/a", "mlflow-artifacts:/0/{}/artifacts/a", "s3://elsewhere/m"])
def test_a_run_stays_while_a_registered_model_stands_on_it(house, source):
    run_id = house.run(ONE, "0")
    house.version(ONE, "m", source.format(run_id), run_id if source.startswith("s3") else "")
    house.write(run_rows.delete, ONE.id, run_id)
    choice = house.write(runs.hide, ONE.id, PurgeRuns([run_id]))
    assert names(choice) == (0, [run_id])
    assert choice.kept[0].reason == "version 1 of model 'm' stands on it; delete that first"
    house.write(models.delete, ONE.id, "m")
    assert names(house.write(runs.hide, ONE.id, PurgeRuns([run_id]))) == (1, [])


def test_a_run_stays_while_a_registered_model_stands_on_a_model_it_made(house):
    run_id = house.run(ONE, "0")
    ((_, _, uri),) = house.read(runs.purge.models_of, ONE.id, [house.read(run_rows.find, ONE.id, run_id).id])
    house.version(ONE, "m", uri)
    house.write(run_rows.delete, ONE.id, run_id)
    assert names(house.write(runs.hide, ONE.id, PurgeRuns(older_than=0))) == (0, [run_id])


@pytest.mark.parametrize("location", ["", "mlflow-artifacts:/shared"])
def test_a_deleted_experiment_goes_with_all_that_is_in_it_and_its_name_is_free_at_once(house, location):
    house.run(ONE, house.experiment(ONE, "stays", location))
    before, files = house.rows(), house.files(ONE)
    number = house.experiment(ONE, "goes", location)
    run_id = house.run(ONE, number)
    if location:
        house.put(f"default/shared/{run_id}/artifacts/f", b"x")
    house.write(experiment_rows.delete, ONE.id, number)
    house.write(experiments.hide, ONE.id, PurgeExperiments([number]))
    with pytest.raises(NotFound):
        house.read(experiment_rows.get, ONE.id, number)
    again = house.experiment(ONE, "goes")
    house.write(experiment_rows.delete, ONE.id, again)
    house.write(experiments.hide, ONE.id, PurgeExperiments(older_than=0))
    house.purge()
    assert house.rows() == before
    stray = [] if not location else [file for file in house.files(ONE) if file.startswith(f"{number}/")]
    assert house.files(ONE) == sorted(files + stray)


def test_files_in_an_experiments_folder_stay_while_another_experiment_uses_it(house):
    number = house.experiment(ONE, "goes")
    neighbour = house.experiment(ONE, "stays", f"mlflow-artifacts:/{number}/below")
    house.put(f"default/{number}/below/x/artifacts/f", b"x")
    house.write(experiment_rows.delete, ONE.id, number)
    house.write(experiments.hide, ONE.id, PurgeExperiments([number]))
    house.purge()
    assert f"{number}/below/x/artifacts/f" in house.files(ONE)
    house.read(experiment_rows.get, ONE.id, neighbour)


@pytest.mark.parametrize("source", ["runs:/{run}/a", "mlflow-artifacts:/{experiment}/by-hand"])
def test_an_experiment_stays_while_a_registered_model_stands_on_it(house, source):
    number = house.experiment(ONE, "e")
    house.version(ONE, "m", source.format(run=house.run(ONE, number), experiment=number))
    house.write(experiment_rows.delete, ONE.id, number)
    assert names(house.write(experiments.hide, ONE.id, PurgeExperiments(older_than=0))) == (0, [number])


def test_experiments_that_are_active_or_elsewhere_stay(house):
    mine, theirs = house.experiment(ONE, "e"), house.experiment(OTHER, "e")
    house.write(experiment_rows.delete, OTHER.id, theirs)
    with pytest.raises(InvalidState, match=f"Experiment {mine} is active"):
        house.write(experiments.hide, ONE.id, PurgeExperiments([mine]))
    for id_ in (theirs, "x", "9" * 30):
        with pytest.raises(NotFound):
            house.write(experiments.hide, ONE.id, PurgeExperiments([id_]))


def test_what_was_hidden_of_a_workspace_goes_when_the_workspace_does(house):
    run_id = house.run(OTHER, house.experiment(OTHER, "e"))
    before = house.rows()["experiments"]
    house.write(run_rows.delete, OTHER.id, run_id)
    house.write(runs.hide, OTHER.id, PurgeRuns([run_id]))
    house.delete_workspace(OTHER)
    house.purge()
    house.purge()
    after = house.rows()
    assert after["experiments"] < before
    assert after["runs"] == after["points"] == after["logged_models"] == set()


def test_a_restored_run_is_not_hidden(house):
    run_id = house.run(ONE, "0")
    house.write(run_rows.delete, ONE.id, run_id)
    number = house.read(run_rows.find, ONE.id, run_id).id
    house.write(run_rows.restore, ONE.id, run_id)
    house.write(runs.purge.hide_runs, ONE.id, [number])
    assert house.read(run_rows.find, ONE.id, run_id).deleted_at is None


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, *HealthCheck]
)
@given(
    st.lists(
        st.tuples(st.sampled_from([ONE, OTHER]), st.sampled_from(["run", "delete", "purge", "experiment"])),
        max_size=12,
    )
)
def test_whatever_one_workspace_removes_the_other_keeps(house, acts):
    """Compare what the other workspace holds before and after each removal."""

    def of(workspace):
        rows = house.rows()
        mine = {row[0] for row in rows["experiments"] if row[1] == str(workspace.id)}
        held = {row for row in rows["runs"] if row[2] in mine}
        numbers = {row[0] for row in held}
        logged = [
            {row for row in rows[name] if row[0] in numbers}
            for name in ("points", "latest", "params", "tags")
        ]
        return mine, held, logged, house.files(workspace)

    for workspace, act in acts:
        other = OTHER if workspace is ONE else ONE
        before = of(other)
        if act == "run":
            house.run(workspace, house.experiment(workspace, f"e{now()}{len(house.rows()['experiments'])}"))
        elif act == "delete":
            found = house.read(_active, workspace.id)
            if found:
                house.write(run_rows.delete, workspace.id, found)
        elif act == "purge":
            house.write(runs.hide, workspace.id, PurgeRuns(older_than=0))
            house.purge()
        else:
            house.write(experiments.hide, workspace.id, PurgeExperiments(older_than=0))
            house.purge()
        assert of(other) == before


def _active(tx, workspace_id):
    experiments_ = experiment_rows.experiments
    joined = runs_table.join(experiments_, experiments_.c.id == runs_table.c.experiment_id)
    match = (experiments_.c.workspace_id == workspace_id) & runs_table.c.deleted_at.is_(None)
    return tx.execute(sa.select(runs_table.c.run_id).select_from(joined).where(match)).scalar()
