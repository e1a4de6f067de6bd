"""The guide to jobs does what it says."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import forked
from tests.conftest import Server
from tests.docs.test_examples import ROOT, blocks

PAGE = ROOT / "docs/guide/jobs.md"


@pytest.fixture
def lazward(server: Server, tmp_path: Path) -> "Callable[..., subprocess.CompletedProcess[str]]":
    """Runs commands in a folder that has the page's script."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text(blocks(PAGE, "python")[0])
    env = server.environment(LAZWARD_SERVER=server.url)
    return lambda *words: forked.lazward(*words, env=env, cwd=tmp_path)


def test_the_smallest_job(lazward: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path) -> None:
    (tmp_path / "job.yml").write_text(blocks(PAGE, "yaml")[0])
    done = lazward("job", "create", "--file", "job.yml", "--stream")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "trained"), done.stderr
    (job, *_) = json.loads(lazward("job", "list", "--experiment", tmp_path.name, "-o", "json").stdout)
    run = json.loads(lazward("run", "show", job["run_id"], "-o", "json").stdout)
    logged = {key: value for key, value in run["metrics"].items() if not key.startswith("system/")}
    assert (run["params"], logged) == ({"rate": "0.1"}, {"loss": 0.9})


def test_the_job_with_inputs_and_outputs(
    lazward: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path
) -> None:
    """On this machine with this Python: the page's own environment takes a network and a minute."""
    (tmp_path / "job.yml").write_text(blocks(PAGE, "yaml")[1])
    changed = ("--set", "compute=local", "--set", "environment={interpreter: python}")
    done = lazward("job", "create", "--file", "job.yml", "--stream", *changed)
    assert done.returncode == 0, done.stderr
    (job, *_) = json.loads(lazward("job", "list", "--experiment", tmp_path.name, "-o", "json").stdout)
    assert job["spec"]["max_seconds"] == 3600
    assert lazward("job", "download", job["run_id"], "--download-path", "here").returncode == 0
    assert "trained\n" in (tmp_path / "here" / "outputs" / "model" / "log.txt").read_text()


def test_the_script(lazward: Callable[..., "subprocess.CompletedProcess[str]"]) -> None:
    done = lazward("run", "submit-script", "--source-directory", "src", "train.py", "0.3")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "trained"), done.stderr
    listed = lazward("run", "list", "--experiment-name", "src", "--status", "Completed", "--last", "5")
    assert "rate=0.3" in listed.stdout
