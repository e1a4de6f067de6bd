import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from azureml.core import Experiment
from azureml.exceptions import UserErrorException


@pytest.fixture
def name():
    return f"e-{uuid.uuid4().hex}"


def test_made_once_and_found_again(ws, name):
    experiment = Experiment(workspace=ws, name=name)
    assert Experiment(ws, name).id == experiment.id
    assert (experiment.name, experiment.workspace, experiment.archived_time) == (name, ws, None)


def test_many_at_once_get_the_same(ws, name):
    with ThreadPoolExecutor(8) as pool:
        assert len({made.id for made in pool.map(lambda _: Experiment(ws, name), range(16))}) == 1


def test_it_is_the_one_that_mlflow_knows(ws, name, python):
    program = "import mlflow; mlflow.set_tracking_uri({!r}); print(mlflow.set_experiment({!r}).experiment_id)"
    made = python(program.format(ws.get_mlflow_tracking_uri(), name)).split()[-1]
    assert Experiment(ws, name).id == ws.experiments[name].id == made


@pytest.mark.usefixtures("project")
def test_the_name_of_a_workspace_will_do(name):
    assert Experiment(workspace="default", name=name).workspace.name == "default"


@pytest.mark.usefixtures("project")
def test_a_name_that_is_no_workspace(name):
    with pytest.raises(UserErrorException):
        Experiment(workspace=3, name=name)
    with pytest.raises(UserErrorException, match="my_workspace"):
        Experiment(workspace="my_workspace", name=name)


@pytest.mark.parametrize("wrong", ["", "two words", "_x", "-x", "a/b", "ä", "x\n", None])
def test_impossible_names(ws, wrong):
    with pytest.raises(UserErrorException):
        Experiment(ws, wrong)


def test_a_long_name_is_a_warning(ws):
    with pytest.warns(UserWarning, match="256"):
        assert Experiment(ws, "x" * 300).name == "x" * 300


def test_tags(ws, name):
    experiment = Experiment(ws, name)
    experiment.tag("a", 1)
    experiment.set_tags({"b": "two", "c": None})
    assert Experiment(ws, name).tags == experiment.tags == {"a": "1", "b": "two", "c": ""}
    experiment.remove_tags(["a", "c"])
    assert experiment.tags == {"b": "two"}


def test_archive_and_reactivate(ws, name):
    experiment = Experiment(ws, name)
    experiment.archive()
    assert abs((datetime.now(UTC) - experiment.archived_time).total_seconds()) < 60
    assert name not in ws.experiments
    assert name in [one.name for one in Experiment.list(ws, view_type="ArchivedOnly")]
    with pytest.raises(UserErrorException):
        experiment.reactivate("new")
    experiment.reactivate()
    assert experiment.archived_time is None
    assert name in ws.experiments


def test_list(ws, name):
    Experiment(ws, name).tag("colour", "red")
    for arguments in ({}, {"experiment_name": name}, {"tags": "colour"}, {"tags": {"colour": "red"}}):
        assert name in [one.name for one in Experiment.list(ws, **arguments)]
    for arguments in ({"experiment_name": "other"}, {"tags": "size"}, {"tags": {"colour": "blue"}}):
        assert name not in [one.name for one in Experiment.list(ws, **arguments)]
    with pytest.raises(UserErrorException):
        Experiment.list(ws, view_type="Some")


def test_the_view_of_a_workspace_is_a_dictionary(ws, name):
    assert name not in ws.experiments
    with pytest.raises(KeyError):
        ws.experiments[name]
    Experiment(ws, name)
    view = ws.experiments
    assert view[name].name == name
    assert len(view) == len(list(view)) == len(dict(view))


def test_it_shows_itself_in_a_notebook(ws, name, server):
    shown = Experiment(ws, name)._repr_html_()
    url = f"{server.url}/workspaces/default/#/experiments/{Experiment(ws, name).id}"
    assert f'href="{url}"' in shown
    assert Experiment(ws, name).get_portal_url() == url
    assert name in shown
    assert "default" in shown


def test_what_a_notebook_shows_is_escaped(ws, server):
    odd = f"<script>{uuid.uuid4().hex}"
    with server.client() as client:
        client.post("/api/2.0/mlflow/experiments/create", json={"name": odd}).raise_for_status()
    assert "<script>" not in ws.experiments[odd]._repr_html_()


def test_a_name_that_it_has_not(ws, name):
    with pytest.raises(AttributeError, match="no_such"):
        _ = Experiment(ws, name).no_such
