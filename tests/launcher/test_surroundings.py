"""What a script finds around itself, and that nothing of it is left behind, its token least of all."""

import json
import os
import time
from pathlib import Path

import pytest
from tests.submitting import living

from lazward.client import jobs as client

TELL = """
    import json, os, pathlib
    there = dict(os.environ)
    there["cwd"] = os.getcwd()
    there["files"] = sorted(str(path) for path in pathlib.Path().rglob("*"))
    print(json.dumps({name: value for name, value in there.items() if not name.endswith("TOKEN")}))
    tokens = {name: value for name, value in os.environ.items() if name.endswith("TOKEN")}
    pathlib.Path("../../../token").write_text(json.dumps(tokens))
"""
"""The token goes where the test takes it from, never to the log."""


@pytest.fixture
def told(jobs):
    """Runs the script that tells what it finds; its job, what it found, and its tokens."""

    def run(**spec):
        job = jobs.run(TELL, **spec)
        assert job.state == "Completed", jobs.log(job.run_id)
        file = jobs.server.home / "jobs" / "work" / "token"
        tokens = json.loads(file.read_text())
        file.unlink()
        return job, json.loads(jobs.log(job.run_id)), tokens

    return run


def test_the_variables_say_which_run_it_is(told, jobs):
    job, found, tokens = told()
    url = jobs.server.url
    assert {
        "MLFLOW_TRACKING_URI": url + "/workspaces/default",
        "MLFLOW_RUN_ID": job.run_id,
        "MLFLOW_EXPERIMENT_ID": job.experiment_id,
        "MLFLOW_EXPERIMENT_NAME": "e",
        "AZUREML_RUN_ID": job.run_id,
        "AZUREML_EXPERIMENT_ID": job.experiment_id,
        "AZUREML_WORKSPACE_ID": "1",
        "AZUREML_ARM_RESOURCEGROUP": "default",
        "AZUREML_ARM_WORKSPACE_NAME": "default",
        "AZUREML_ARM_PROJECT_NAME": "e",
        "AZUREML_SERVICE_ENDPOINT": url,
        "AZUREML_DISCOVERY_SERVICE_ENDPOINT": url,
        "AZUREML_OUTPUT_DIRECTORY": found["cwd"] + "/outputs",
        "PYTHONUNBUFFERED": "1",
        "LAZWARD_SERVER": url,
        "LAZWARD_WORKSPACE": "default",
        "LAZWARD_RUN_ID": job.run_id,
    }.items() <= found.items()
    assert found["AZUREML_ARM_SUBSCRIPTION"]
    assert "AZUREML_ROOT_RUN_ID" not in found
    assert {"MLFLOW_TRACKING_TOKEN", "AZUREML_RUN_TOKEN", "LAZWARD_TOKEN"} == tokens.keys()
    assert len(set(tokens.values())) == 1
    longest = 31 * 86_400
    assert time.time() + longest - 600 < int(found["AZUREML_RUN_TOKEN_EXPIRY"]) < time.time() + longest + 600
    assert found["files"] == ["logs", "outputs", "t.py"]


def test_variables_of_the_job_are_there_and_cannot_pretend_to_be_another_run(told):
    job, found, _ = told(variables={"MINE": "with space = and 🦊", "MLFLOW_RUN_ID": "another", "EMPTY": ""})
    assert found["MINE"] == "with space = and 🦊"
    assert found["EMPTY"] == ""
    assert found["MLFLOW_RUN_ID"] == job.run_id


def test_a_child_is_told_its_parent(jobs):
    parent = jobs.run("pass").run_id
    from tests.submitting import MANAGED

    from lazward.snapshot import snapshot
    from lazward.wire.jobs import CreateJob, JobSpec

    number = snapshot.take(jobs.at, jobs.folder("import os\nprint(os.environ['AZUREML_ROOT_RUN_ID'])"))
    spec = JobSpec(script="t.py", snapshot_id=number, environment=MANAGED)
    made = client.create(
        jobs.at, CreateJob(experiment="e", compute="test-cluster", spec=spec, parent_run_id=parent)
    )
    assert jobs.wait(made.job.run_id).state == "Completed"
    assert jobs.log(made.job.run_id).decode().strip() == parent


def test_arguments_arrive_as_they_are(jobs):
    given = ["a b", "", "*", "$HOME", "--flag=x", "'\"", "🦊", "line\nbreak", "-"]
    job = jobs.run("import json, sys\nprint(json.dumps(sys.argv))", *given)
    assert json.loads(jobs.log(job.run_id)) == ["t.py", *given]


def test_files_arrive_as_they_are(jobs):
    job = jobs.run(
        "import hashlib\nprint(hashlib.sha256(open('deep/ä b.bin', 'rb').read()).hexdigest())",
        files={"deep/ä b.bin": (content := bytes(range(256)) * 1000)},
    )
    import hashlib

    assert jobs.log(job.run_id).decode().strip() == hashlib.sha256(content).hexdigest()


def test_the_token_is_seen_nowhere_and_dies_with_the_job(told, jobs, tmp_path, eventually):
    seen = []
    _, _, tokens = told()
    token = tokens["LAZWARD_TOKEN"]
    eventually(lambda: jobs.refused(token), 5)
    # And of a job that runs: it works, and is on nobody's command line.
    go = tmp_path / "go"
    place = tmp_path / "token"
    run_id = jobs.submit(f"""
        import os, pathlib, time
        os.umask(0o077)
        pathlib.Path({str(place)!r}).write_text(os.environ["LAZWARD_TOKEN"])
        print("begun", flush=True)
        while not os.path.exists({str(go)!r}):
            time.sleep(0.05)
    """)
    jobs.wait_for_log(run_id, "begun")
    living_token = place.read_text()
    place.unlink()
    there = {process.pid for process in living(run_id)}
    assert len(there) >= 2
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            seen.append((folder / "cmdline").read_bytes())
        except OSError:
            continue
    assert not any(living_token.encode() in line for line in seen)
    assert not jobs.refused(living_token)
    go.touch()
    assert jobs.wait(run_id).state == "Completed"
    eventually(lambda: jobs.refused(living_token), 5)
    time.sleep(3)  # until the log is an artifact
    for home in (jobs.server.home, tmp_path, Path(os.environ.get("TMPDIR", "/tmp"), "lazward-jobs")):
        for file in home.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert living_token.encode() not in content, file
                assert token.encode() not in content, file


def test_the_folder_is_gone_whatever_the_script_did_to_it(jobs):
    runs = [
        jobs.run("import os\nos.makedirs('a/b')\nopen('a/b/c', 'w')\nos.chmod('a/b', 0)\nos.chmod('a', 0)"),
        jobs.run("import sys\nsys.exit(9)"),
        jobs.run("import os, shutil\nshutil.rmtree(os.getcwd())"),
    ]
    work = jobs.server.home / "jobs" / "work" / "lazward-jobs"
    for run in runs:
        assert run.state in ("Completed", "Failed"), run
        assert not list(work.glob(f"{run.run_id}*"))
    assert runs[2].state == "Completed", runs[2]


def test_what_killed_launchers_left_is_removed_and_what_others_use_is_not(jobs):
    import fcntl

    work = jobs.server.home / "jobs" / "work" / "lazward-jobs"
    for name in ("left-1", "used-1"):
        (work / name / "code").mkdir(parents=True)
        (work / f"{name}.lock").touch()
    with (work / "used-1.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        jobs.run("pass")
        assert not (work / "left-1").exists()
        assert not (work / "left-1.lock").exists()
        assert (work / "used-1" / "code").exists()
    jobs.run("pass")
    assert not (work / "used-1").exists()


def test_the_processors_of_the_node_limit_the_script(jobs):
    jobs.cluster(1, "one-cpu", size="STANDARD_D1_V2")
    job = jobs.run(
        "import os\nprint(len(os.sched_getaffinity(0)), os.environ['OMP_NUM_THREADS'])", compute="one-cpu"
    )
    assert jobs.log(job.run_id) == b"1 1\n"


@pytest.mark.slow
def test_what_the_machine_does_is_measured(jobs):
    job = jobs.run("import time\nend = time.time() + 24\nwhile time.time() < end:\n    pass")
    assert job.state == "Completed"
    names = {metric["key"] for metric in jobs.mlflow_run(job.run_id)["data"]["metrics"]}
    assert {
        "system/cpu_utilization_percentage",
        "system/system_memory_usage_megabytes",
        "system/disk_available_megabytes",
        "system/network_receive_megabytes",
    } <= names
    with jobs.server.client() as http:
        params = {"run_id": job.run_id, "metric_key": "system/cpu_utilization_percentage"}
        points = http.get("/api/2.0/mlflow/metrics/get-history", params=params).json()["metrics"]
    assert [point["step"] for point in points] == [0, 1]
    assert points[0]["value"] > 10
