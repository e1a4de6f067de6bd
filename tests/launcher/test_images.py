"""Jobs in an image, run by a real engine: files, variables, packages, limits, cancelling, no such image."""

import mlflow
import psutil
import pytest
from tests.images import IMAGE, containers
from tests.submitting import CLUSTER, Submitter, living

from lazward.client import jobs as client
from lazward.jobfile.read import read
from lazward.jobfile.submission import submit
from lazward.launcher import start
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec
from lazward.wire.jobs import BUILD_LOG

pytestmark = pytest.mark.slow
OUTSIDE = __file__
OWN = EnvironmentSpec(python=PythonSpec(user_managed=True), image=IMAGE)


@pytest.fixture
def jobs(podman, start_server, tmp_path):
    server = start_server(**podman, LAZWARD_CACHE_DIR=str(tmp_path / "cache"))
    return Submitter(server, tmp_path / "code").cluster(size="STANDARD_D2_V2")


def test_a_script_runs_in_the_image(jobs, podman, monkeypatch):
    monkeypatch.setenv("OF_THE_SERVER", "1")
    job = jobs.run(
        """
        import json, os, pathlib, sys, urllib.request
        print(sys.prefix, sys.argv[1:], os.environ["GREETING"], "OF_THE_SERVER" in os.environ)
        print(open("data.txt").read(), os.path.exists(sys.argv[2]), os.environ["SECRET"])
        pathlib.Path("outputs/kept").write_text("kept")
        shown = {"Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]}
        point = {"run_id": os.environ["MLFLOW_RUN_ID"], "key": "m", "value": 1.5, "timestamp": 1, "step": 0}
        asked = urllib.request.Request(
            os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/log-metric", json.dumps(point).encode(),
            {"Content-Type": "application/json"} | shown,
        )
        print(urllib.request.urlopen(asked).status)
        """,
        "a b",
        OUTSIDE,
        files={"data.txt": "data"},
        environment=OWN,
        variables={"GREETING": "two\nlines", "SECRET": "$HOME `x`"},
    )
    assert (job.state, job.error, job.warnings) == ("Completed", None, [])
    told = jobs.log(job.run_id).decode()
    assert told == f"/opt/python {['a b', OUTSIDE]} two\nlines False\ndata False $HOME `x`\n200\n"
    assert jobs.artifact(job.run_id, "outputs/kept") == b"kept"
    assert [m["value"] for m in jobs.mlflow_run(job.run_id)["data"]["metrics"] if m["key"] == "m"] == [1.5]
    assert containers(podman) == []


def test_no_value_of_a_variable_is_on_a_command_line(jobs):
    run_id = jobs.submit(
        "print('here', flush=True)\nimport time\ntime.sleep(60)",
        environment=OWN,
        variables={"PASSWORD": "my-secret-word"},
    )
    jobs.wait_for_log(run_id, "here")
    lines = [one.info["cmdline"] or [] for one in psutil.process_iter(["cmdline"])]
    assert [line for line in lines if any("my-secret-word" in word for word in line)] == []
    client.cancel(jobs.at, run_id)
    assert jobs.wait(run_id).state == "Canceled"


def test_what_the_job_says_of_the_path_counts(jobs):
    job = jobs.run(command="echo $PATH $LD_X", environment=OWN, variables={"PATH": "/bin:/x", "LD_X": "y"})
    assert jobs.log(job.run_id) == b"/bin:/x y\n"


def test_the_words_for_docker_are_those_for_podman(podman, docker, start_server, tmp_path):
    server = start_server(**podman | docker, LAZWARD_CACHE_DIR=str(tmp_path / "cache"))
    jobs = Submitter(server, tmp_path / "code").cluster(size="STANDARD_D2_V2")
    job = jobs.run("import os\nprint(os.environ['A'])", environment=OWN, variables={"A": "1"}, shm_size="1g")
    assert (job.state, job.error, jobs.log(job.run_id)) == ("Completed", None, b"1\n")
    assert containers(podman) == []


@pytest.mark.parametrize(("code", "state"), [(0, "Completed"), (3, "Failed")])
def test_the_exit_code_is_the_scripts(jobs, code, state):
    job = jobs.run(f"import sys\nsys.exit({code})", environment=OWN)
    assert job.state == state
    assert (job.error and job.error.exit_code) == (code or None)


def test_cancelling_ends_all_of_it(jobs, podman):
    run_id = jobs.submit(
        """
        import signal, subprocess, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen(["/bin/sleep", "87654"], start_new_session=True)
        print("started", flush=True)
        time.sleep(600)
        """,
        environment=OWN,
    )
    jobs.wait_for_log(run_id, "started")
    assert living("87654")
    client.cancel(jobs.at, run_id)
    assert jobs.wait(run_id, seconds=15).state == "Canceled"
    assert (living("87654"), containers(podman)) == ([], [])


def test_what_a_killed_launcher_leaves_is_ended(jobs, eventually):
    run_id = jobs.submit("print('on', flush=True)\nimport time\ntime.sleep(600)", environment=OWN, retries=0)
    jobs.wait_for_log(run_id, "on")
    launcher = next(one for one in psutil.process_iter() if _launches(one, run_id))
    launcher.kill()
    job = jobs.wait(run_id)
    assert (job.state, job.error and job.error.code) == ("Failed", "NodeLost")
    eventually(lambda: not living(run_id))


def test_memory_beyond_the_nodes(jobs):
    small = Submitter(jobs.server, jobs.folder("").parent).cluster(name="small", size="STANDARD_DS1_V2")
    job = small.run(
        "x = [b'x' * 2**24 for _ in range(1_000)]", environment=OWN, compute="small", shm_size="64m"
    )
    assert (job.state, job.error and job.error.code) == ("Failed", "OutOfMemory")


def test_an_image_without_python_says_so(jobs):
    job = jobs.run("", environment=OWN, variables={"PATH": "/bin"})
    assert (job.state, job.error and job.error.exit_code) == ("Failed", 127)
    assert "The image has no Python" in jobs.log(job.run_id).decode()


def test_an_image_that_cannot_be_had(jobs):
    missing = EnvironmentSpec(image="127.0.0.1:9/nobody/nothing:1")
    job = jobs.run("", environment=missing)
    assert (job.state, job.error and job.error.code) == ("Failed", "Environment")
    assert "127.0.0.1:9" in (job.error.message if job.error else "")
    assert "Fetching the image" in jobs.log(job.run_id, BUILD_LOG).decode()


def test_packages_are_installed_for_the_images_own_python(jobs):
    needs = CondaSpec(pip=["six==1.16.0"])
    spec = EnvironmentSpec(python=PythonSpec(conda=needs), image=IMAGE)
    script = """
        import os, six, sys
        print(six.__version__, sys.base_prefix, os.environ["VIRTUAL_ENV"] == sys.prefix)
    """
    first = jobs.run(script, environment=spec, seconds=120)
    assert (first.state, first.error) == ("Completed", None), jobs.log(first.run_id, BUILD_LOG)
    assert jobs.log(first.run_id) == b"1.16.0 /opt/python True\n"
    assert b"six" in jobs.log(first.run_id, BUILD_LOG)
    again = jobs.run(script, environment=spec)
    assert (again.state, jobs.log(again.run_id, BUILD_LOG)) == ("Completed", b"")


def test_an_interpreter_of_the_image_by_its_path(jobs):
    python = PythonSpec(user_managed=True, interpreter="/opt/python/bin/python3")
    job = jobs.run("print(__file__)", environment=EnvironmentSpec(python=python, image=IMAGE))
    assert jobs.log(job.run_id) == b"t.py\n" or jobs.log(job.run_id).endswith(b"/t.py\n")


def _launches(process: psutil.Process, run_id: str) -> bool:
    try:
        environment = process.environ()
    except psutil.Error:
        return False
    return environment.get("LAZWARD_RUN_ID") == run_id and "lazward.launcher" in process.cmdline()


def test_on_the_machine_that_submits(jobs, podman, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in podman.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "job.yml").write_text(
        f"command: 'echo $GREETING; id -u > outputs/user'\nenvironment: {{image: '{IMAGE}'}}\n"
        "compute: local\nenvironment_variables: {GREETING: hello}\nresources: {shm_size: 32m}\n"
    )
    made = submit(jobs.at, read(tmp_path / "job.yml"))
    start.start(jobs.at, made)
    job = jobs.wait(made.job.run_id)
    assert (job.state, job.error, job.spec.shm_size) == ("Completed", None, "32m")
    assert jobs.log(job.run_id) == b"hello\n"
    assert jobs.artifact(job.run_id, "outputs/user") == b"0\n"


def test_a_project_with_docker_env(jobs, monkeypatch, tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "MLproject").write_text(
        f"name: p\ndocker_env:\n  image: {IMAGE}\n  environment: [[GREETING, hello]]\n"
        "entry_points:\n  main:\n"
        "    command: python3 -c 'import os, sys; print(sys.prefix, os.environ[\"GREETING\"])'\n"
    )
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", jobs.server.token)
    mlflow.set_tracking_uri(jobs.server.url)
    done = mlflow.projects.run(
        str(folder), experiment_name="p", backend="lazward", backend_config={"COMPUTE": CLUSTER}
    )
    assert jobs.log(done.run_id) == b"/opt/python hello\n"
