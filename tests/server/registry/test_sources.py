"""Sources: which are taken, which are refused, and where their files are."""

import json

import pytest

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.base import KeyValue
from lazward.wire.logged_models import CreateLoggedModel
from lazward.wire.registry import IS_PROMPT, CreateVersion, TransitionStage
from lazward.wire.runs import CreateRun
from lazward_server.http import decode
from lazward_server.registry import aliases, files, model_uri, source_paths, versions
from lazward_server.registry.model_uri import ModelUri
from lazward_server.tracking import experiments, logged_models, runs


@pytest.fixture
def registry(registry):
    registry.model("m")
    return registry


def make_run(registry, location=""):
    experiment = registry.write(experiments.create, f"e{location}", location, [])
    made = registry.write(
        lambda tx, workspace, req: runs.create_many(tx, [(workspace, req, None)]), CreateRun(experiment)
    )
    return experiment, made[0].info


REMOTE = ["s3://b/x", "s3://b/x#f", "s3://b/a b", "dbfs:/x", "mlflow-artifacts:/0/x", "http://h/x", "gs://b"]


def test_remote_sources_are_kept_as_they_are(registry):
    for source in REMOTE:
        made = registry.version(source=source)
        assert made.source == source
        assert registry.read(versions.download_uri, "m", made.version) == source


@pytest.mark.parametrize(
    "source",
    [
        "s3://b/x/../y",
        "s3://b/x/..",
        "http://b/x/%2e%2e/y",
        "http://b/..%2f..%2f",
        "http://b/..%252f..%252f",
        "mlflow-artifacts:/../../x",
        "mlflow-artifacts://host/..%2f..%2f..%2f",
        "http://b/x%00",
        "s3://b/x\\..\\y",
        "s3://b/./x",
        "dbfs:/x/../../etc",
        "ftp://b/a?b/../c",
    ],
)
def test_ways_upwards_are_refused_however_they_are_written(source):
    with pytest.raises(InvalidRequest, match="If supplying a source as an http, https"):
        source_paths.check_remote(source)


def test_a_way_upwards_makes_no_version(registry):
    with pytest.raises(InvalidRequest, match="If supplying a source as an http, https"):
        registry.version(source="s3://b/x/../y")
    assert registry.version().version == "1"


LOCAL = ["/etc", "file:///etc", "file:/etc", "file:etc", "rel/path", "./x", "C:\\x", "file://localhost/etc"]


def test_local_paths_need_a_run_they_belong_to(registry):
    for source in LOCAL:
        with pytest.raises(InvalidRequest, match="To use a local path as a model version source"):
            registry.version(source=source)
        with pytest.raises(InvalidRequest, match="must identify"):
            registry.version(source=source, run_id="0" * 32)


def test_a_path_on_another_machine_is_refused(registry):
    with pytest.raises(InvalidRequest, match="is not a valid remote uri"):
        registry.version(source="file://host/etc")


def test_a_local_path_below_the_runs_own_folder_is_taken(registry, tmp_path):
    _, run = make_run(registry, f"file://{tmp_path}")
    folder = tmp_path / run.run_id / "artifacts"
    (folder / "model").mkdir(parents=True)
    (folder / "way-out").symlink_to("/etc")
    for inside in (str(folder / "model"), f"file://{folder}/model", f"{folder}/x/../model"):
        assert registry.version(source=inside, run_id=run.run_id).source == inside
    for outside in (
        str(tmp_path),
        "/etc",
        f"{folder}/..",
        f"file://{folder}/%2e%2e/x",
        f"{folder}/way-out/passwd",
    ):
        with pytest.raises(InvalidRequest, match="run_id request parameter"):
            registry.version(source=outside, run_id=run.run_id)


def test_a_local_path_is_refused_where_the_runs_artifacts_are_not_local(registry):
    _, run = make_run(registry)
    with pytest.raises(InvalidRequest, match="To use a local path"):
        registry.version(source="/etc", run_id=run.run_id)


MALFORMED = ["http://[", "models:", "models:/", "models://h/m/1", "models:/m/1/2", "models:/m/", "models:/@a"]


@pytest.mark.parametrize("source", MALFORMED)
def test_malformed_uris_are_refused(source):
    with pytest.raises(InvalidRequest):
        model_uri.parse(source)


def test_a_runs_uri_must_be_of_the_run_that_is_named(registry):
    run_id = "a" * 32
    registry.version(source=f"runs:/{run_id}/model", run_id=run_id)
    registry.version(source=f"runs:/{run_id}/model")
    with pytest.raises(InvalidRequest, match="The run_id request parameter must identify"):
        registry.version(source=f"runs:/{run_id}/model", run_id="b" * 32)


def test_a_version_of_a_version_points_at_the_same_files(registry):
    first = registry.version(source="s3://b/first", run_id="r")
    registry.write(aliases.set_alias, "m", "a", "1")
    registry.write(versions.transition, TransitionStage("m", "1", "Production"))
    registry.model("copy")
    for pick in ("/1", "/latest", "/Production", "@a"):
        copy = registry.version("copy", source=f"models:/m{pick}")
        assert (copy.source, copy.run_id) == ("models:/m/1", first.run_id)
    registry.write(versions.delete, "m", "1")
    assert registry.read(versions.download_uri, "copy", "1") == "s3://b/first"


def test_a_version_of_nothing_is_not_found(registry):
    registry.version()
    for source in ("models:/m/9", "models:/nope/1", "models:/m/Staging", "models:/m-" + "0" * 32):
        with pytest.raises(NotFound):
            registry.version(source=source)
    with pytest.raises(InvalidRequest, match="Registered model alias a not found"):
        registry.version(source="models:/m@a")


def test_a_version_of_a_logged_model_has_its_run_and_files(registry):
    experiment, run = make_run(registry)
    made = registry.write(logged_models.create, CreateLoggedModel(experiment, "lm", source_run_id=run.run_id))
    model_id = made.info.model_id
    one = registry.version(source=f"models:/{model_id}", model_id=model_id)
    two = registry.version(source=f"models:/{model_id}")
    three = registry.version(source=f"{made.info.artifact_uri}/sub", model_id=model_id)
    assert {v.run_id for v in (one, two, three)} == {run.run_id}
    assert {v.model_id for v in (one, two, three)} == {model_id}
    uris = [registry.read(versions.download_uri, "m", number) for number in "123"]
    assert uris == [made.info.artifact_uri, made.info.artifact_uri, f"{made.info.artifact_uri}/sub"]
    tags = registry.read(logged_models.get, model_id).info.tags
    assert tags == [
        KeyValue(
            "mlflow.modelVersions",
            '[{"name": "m", "version": 1}, {"name": "m", "version": 2}, {"name": "m", "version": 3}]',
        )
    ]


def test_a_logged_model_and_the_source_must_agree(registry):
    experiment, _ = make_run(registry)
    ids = [
        registry.write(logged_models.create, CreateLoggedModel(experiment)).info.model_id for _ in range(2)
    ]
    with pytest.raises(InvalidRequest, match="The model_id request parameter must identify"):
        registry.version(source=f"models:/{ids[0]}", model_id=ids[1])
    with pytest.raises(InvalidRequest, match="the model_id request parameter has to be specified"):
        registry.version(source="/etc", model_id=ids[0])
    with pytest.raises(NotFound, match="Logged model with ID 'nope' not found"):
        registry.version(source="s3://b/x", model_id="nope")


def test_prompts_have_no_source(registry):
    tags = [KeyValue(IS_PROMPT, "true")]
    assert registry.version(source="dummy-source", tags=tags).source == "dummy-source"
    with pytest.raises(InvalidRequest, match="Prompt sources must use"):
        registry.version(source="s3://b/x", tags=tags)


def test_the_files_of_a_runs_uri_are_looked_for_below_the_run_and_in_its_logged_model(registry):
    experiment, run = make_run(registry)
    req = CreateLoggedModel(experiment, "model", source_run_id=run.run_id)
    made = registry.write(logged_models.create, req)
    registry.version(source=f"runs:/{run.run_id}/model/sub", run_id=run.run_id)
    assert registry.read(files.roots, "m", "1") == [
        f"{run.artifact_uri}/model/sub",
        f"{made.info.artifact_uri}/sub",
    ]


@pytest.mark.parametrize(
    ("uri", "parsed"),
    [
        ("models:/m-1", ModelUri(model_id="m-1")),
        ("models:/name/12", ModelUri(name="name", version="12")),
        ("models:/name/latest", ModelUri(name="name")),
        ("models:/name/Staging", ModelUri(name="name", stage="Staging")),
        ("models:/na@me@alias", ModelUri(name="na@me", alias="alias")),
        ("models:/na@me/1", ModelUri(name="na@me", version="1")),
        ("runs:/x", None),
        ("/x", None),
    ],
)
def test_model_uris(uri, parsed):
    assert model_uri.parse(uri) == parsed


def test_endless_encoding_is_refused_quickly():
    with pytest.raises(InvalidRequest):
        source_paths.check_remote("s3://b/%" + "25" * 40 + "2e")


def test_long_fields_are_refused_before_the_database_sees_them():
    for field, length in (("source", 4097), ("run_id", 257), ("model_id", 257), ("run_link", 4097)):
        body = {"name": "m", "source": "s"} | {field: "x" * length}
        with pytest.raises(InvalidRequest, match=field):
            decode.body(CreateVersion, json.dumps(body).encode())
