"""The record that older clients leave of a model."""

import json

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward_server.db.schema import tags
from lazward_server.tracking import logged_model_history, runs


def model_json(run_id, path="model", **more):
    config = {"loader": "x", "config": {"large": "c" * 10_000}}
    given = {"run_id": run_id, "artifact_path": path, "utc_time_created": "t", "flavors": {"sk": config}}
    return json.dumps(given | {"signature": {"inputs": "[]"}, "model_uuid": "u"} | more)


def history(lab):
    wanted = sa.select(tags.c.value).where(tags.c.key == "mlflow.log-model.history")
    return json.loads(lab.read(lambda tx, _workspace: tx.execute(wanted).scalar_one()))


def record(lab, text, run_id=None):
    lab.write(logged_model_history.record, run_id or lab.run.run_id, text)


def test_models_are_added_to_a_tag_of_the_run_without_their_configuration(lab):
    record(lab, model_json(lab.run.run_id))
    record(lab, model_json(lab.run.run_id, "other"))
    assert history(lab)[0] == {
        "run_id": lab.run.run_id,
        "artifact_path": "model",
        "utc_time_created": "t",
        "model_uuid": "u",
        "flavors": {"sk": {"loader": "x"}},
    }
    assert [entry["artifact_path"] for entry in history(lab)] == ["model", "other"]


def test_the_oldest_entries_make_room(lab):
    for i in range(60):
        record(lab, model_json(lab.run.run_id, f"{i}-" + "p" * 200))
    paths = [entry["artifact_path"] for entry in history(lab)]
    assert 10 < len(paths) < 60
    assert paths[-1].startswith("59-")
    with pytest.raises(InvalidRequest, match="more than 8000 characters"):
        record(lab, model_json(lab.run.run_id, "p" * 8000))


def test_what_is_no_model_is_refused(lab):
    for text, message in (
        ("{", "is not a valid JSON"),
        ("[]", "must be a JSON object"),
        ("[" * 100_000, "is not a valid JSON"),
        ("{}", "missing mandatory fields"),
    ):
        with pytest.raises(InvalidRequest, match=message):
            record(lab, text)
    with pytest.raises(NotFound):
        record(lab, model_json("x"), "0" * 32)
    lab.write(runs.delete, lab.run.run_id)
    with pytest.raises(InvalidRequest, match="must be in the 'active' state"):
        record(lab, model_json(lab.run.run_id))
