"""Environments that are made before anything runs in them."""

import pytest

from azureml.core import Environment, ScriptRunConfig
from azureml.core.conda_dependencies import CondaDependencies
from azureml.exceptions import ActivityFailedException, ExperimentExecutionException

pytestmark = pytest.mark.slow


def described(name, *packages):
    made = Environment(name)
    made.python.conda_dependencies = CondaDependencies.create(pip_packages=[*packages])
    return made


def test_a_run_finds_what_was_made_before(ws, cluster, experiment, tmp_path, monkeypatch):
    monkeypatch.setenv("LAZWARD_CACHE_DIR", str(tmp_path / "cache"))
    env = described("made-before", "six==1.16.0")
    built = env.build(ws, image_build_compute=cluster)
    assert built.status in ("Queued", "Running")
    built.wait_for_completion(show_output=False)
    assert built.status == "Succeeded"
    assert (built.environment_name, built.environment_version) == ("made-before", "1")
    assert Environment.get(ws, "made-before").version == "1"
    config = ScriptRunConfig(str(tmp_path), command=["python", "-c", "'import six'"], environment=env)
    config.run_config.target = cluster
    run = experiment.submit(config)
    run.wait_for_completion()
    assert not any(
        "build_log" in name and text for name, text in run.get_details_with_logs()["logFiles"].items()
    )
    assert env.build(ws, image_build_compute=cluster).run.id != built.run.id


def test_one_that_cannot_be_made(ws, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LAZWARD_CACHE_DIR", str(tmp_path / "cache"))
    env = described("never-made", "six==0.0.9999")
    with pytest.raises(ActivityFailedException, match="six"):
        env.build_local(ws)
    assert "six" in capsys.readouterr().out
    built = env.build(ws)
    with pytest.raises(ActivityFailedException):
        built.wait_for_completion(show_output=False)
    assert built.status == "Failed"
    assert "six" in built.get_log()
    assert repr(built) == f"ImageBuildDetails(Environment: never-made:1, Run: {built.run.id})"


def test_a_target_that_is_not_there(ws):
    with pytest.raises(ExperimentExecutionException, match="nowhere"):
        described("x").build(ws, image_build_compute="nowhere")
