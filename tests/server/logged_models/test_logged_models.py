"""Logged models: made, finalized, tagged, deleted."""

import re

import pytest

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.base import KeyValue
from lazward.wire.logged_models import (
    LoggedModelStatus,
    LogLoggedModelParams,
    SetLoggedModelTags,
)
from lazward_server.tracking import experiments, logged_models, logged_models_api


def set_tags(lab, model_id, *tags):
    lab.write(logged_models_api._set_tags, model_id, SetLoggedModelTags([KeyValue(*tag) for tag in tags]))


def log_params(lab, model_id, *params):
    req = LogLoggedModelParams([KeyValue(*param) for param in params])
    lab.write(logged_models_api._log_params, model_id, req)


def test_a_new_model_is_pending_and_has_its_own_folder_in_the_experiment(lab):
    made = lab.model("lm", {"b": "1", "a": ""}, {"t": "v"}, model_type="Agent", source_run_id=lab.run.run_id)
    info = made.info
    assert re.fullmatch(r"m-[0-9a-f]{32}", info.model_id)
    assert info.artifact_uri == f"mlflow-artifacts:/{lab.experiment}/models/{info.model_id}/artifacts"
    assert (info.name, info.model_type, info.source_run_id) == ("lm", "Agent", lab.run.run_id)
    assert (info.status, info.experiment_id) == ("LOGGED_MODEL_PENDING", lab.experiment)
    assert info.creation_timestamp_ms == info.last_updated_timestamp_ms > 1_700_000_000_000
    assert (info.tags, made.data.params) == ([KeyValue("t", "v")], [KeyValue("a", ""), KeyValue("b", "1")])
    assert lab.get(info.model_id) == made


def test_a_model_without_a_name_gets_one(lab):
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", lab.model().info.name)


def test_names_that_cannot_stand_in_a_uri_are_refused(lab):
    for name in ("a/b", "a:b", "a.b", "a%b", 'a"b', "a'b"):
        with pytest.raises(InvalidRequest, match=re.escape(f"Invalid model name ({name!r}) provided")):
            lab.model(name)


def test_the_experiment_must_be_there_and_active(lab):
    with pytest.raises(NotFound, match="No Experiment with id=99 exists"):
        lab.model(experiment="99")
    with pytest.raises(InvalidRequest, match="Invalid experiment ID"):
        lab.model(experiment="x")
    made = lab.model()
    lab.write(experiments.delete, lab.experiment)
    with pytest.raises(InvalidRequest, match="must be in the 'active' state"):
        lab.model()
    assert lab.get(made.info.model_id) == made


@pytest.mark.parametrize("status", [LoggedModelStatus.READY, LoggedModelStatus.FAILED])
def test_finalizing_tells_whether_the_files_have_arrived(lab, status):
    made = lab.model()
    done = lab.write(logged_models.finalize, made.info.model_id, status)
    assert done.info.status == status.value
    assert done.info.last_updated_timestamp_ms >= made.info.last_updated_timestamp_ms
    assert lab.get(made.info.model_id) == done


def test_tags_are_set_over_and_removed(lab):
    model_id = lab.model(tags={"a": "1", "b": "2"}).info.model_id
    set_tags(lab, model_id, ("a", "x"), ("c", "1"), ("c", ""))
    assert lab.get(model_id).info.tags == [KeyValue("a", "x"), KeyValue("b", "2"), KeyValue("c", "")]
    lab.write(logged_models_api._delete_tag, model_id, "a")
    with pytest.raises(NotFound, match=f"No tag with key 'a' found for model with ID '{model_id}'"):
        lab.write(logged_models_api._delete_tag, model_id, "a")
    for tag in (("k" * 251, ""), ("k", "v" * 100_001)):
        with pytest.raises(InvalidRequest, match="exceeds the maximum length"):
            set_tags(lab, model_id, tag)


def test_params_do_not_change(lab):
    model_id = lab.model(params={"a": "1"}).info.model_id
    log_params(lab, model_id, ("a", "1"), ("b", "2"))
    with pytest.raises(InvalidRequest, match=r"Changing param values is not allowed\. Param with key='a'"):
        log_params(lab, model_id, ("c", "3"), ("a", "2"))
    with pytest.raises(InvalidRequest, match="Changing param values"):
        log_params(lab, model_id, ("d", "1"), ("d", "2"))
    assert lab.get(model_id).data.params == [KeyValue("a", "1"), KeyValue("b", "2")]


def test_a_deleted_model_is_hidden_from_get_and_search_only(lab):
    model_id = lab.model("lm").info.model_id
    for _ in range(2):
        lab.write(logged_models.delete, model_id)
    with pytest.raises(NotFound, match=f"Logged model with ID '{model_id}' not found."):
        lab.get(model_id)
    assert lab.names() == []
    assert lab.get(model_id, allow_deleted=True).info.model_id == model_id
    set_tags(lab, model_id, ("a", "1"))
    lab.write(logged_models.finalize, model_id, LoggedModelStatus.READY)


def test_an_unknown_model_is_not_found(lab, database):
    with pytest.raises(NotFound, match="Logged model with ID 'nope' not found"):
        lab.get("nope")
    for fn, args in (
        (logged_models.delete, ()),
        (logged_models.finalize, (LoggedModelStatus.READY,)),
        (logged_models_api._delete_tag, ("a",)),
    ):
        with pytest.raises(NotFound, match="'nope'"):
            lab.write(fn, "nope", *args)
    with pytest.raises(NotFound):
        set_tags(lab, "nope", ("a", "1"))
    with pytest.raises(NotFound):
        log_params(lab, "nope", ("a", "1"))
    with pytest.raises(NotFound):
        database.read_now(logged_models.get, 2, lab.model().info.model_id)
