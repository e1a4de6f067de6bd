"""``lazward job``, ``run`` and ``environment`` against a real server, with real launchers on this machine."""

import json
import os
import secrets
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from tests.conftest import LAZWARD

from lazward.client import follow, jobs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import ServerUnreachable
from lazward.wire.jobs import BUILD_LOG, LOG

HERE = "environment: {interpreter: python}\n"
HELLO = """
import os
import mlflow

mlflow.log_param("hello_param", "world")
mlflow.log_metric("hello_metric", 0.5)
os.makedirs("kept")
with open("kept/helloworld.txt", "w") as out:
    out.write("hello")
mlflow.log_artifact("kept/helloworld.txt")
print("hello from the job")
"""


@pytest.fixture
def project():
    """A folder with a script, which is the working directory; its name is the experiment's."""
    folder = Path.cwd() / f"project-{secrets.token_hex(4)}"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "hello.py").write_text(HELLO)
    os.chdir(folder)
    return folder


@pytest.fixture
def submit(lazward, project):
    """Submits a job file and returns what the command tells as JSON."""

    def run(text, *options):
        (project / "job.yml").write_text(text)
        return json_of(lazward("job", "create", "--file", "job.yml", "-o", "json", *options))

    return run


@pytest.fixture
def target(lazward):
    """A compute target with one node."""
    name = f"t{secrets.token_hex(4)}"
    assert lazward("compute", "create", name, "--max-nodes", "1")[0] == 0
    yield name
    lazward("compute", "delete", name)


def json_of(done):
    status, out, err = done
    assert status == 0, err
    return json.loads(out)


def fails(done, status=1):
    """The error that a command ends with."""
    assert done[0] == status
    *_, last = done[2].splitlines()
    assert last.startswith("Error: ")
    return last


def command(text, more=""):
    return f"command: |\n  {text}\n{HERE}{more}"


class TestCreate:
    def test_three_fields_log_to_the_jobs_own_run(self, lazward, project, server):
        (project / "job.yml").write_text(f"command: python hello.py\ncode: src\n{HERE}")
        status, out, err = lazward("job", "create", "--file", "job.yml", "--stream")
        assert status == 0, err
        assert "hello from the job\n" in out
        assert "Completed" in err
        (job,) = json_of(lazward("job", "list", "--experiment", project.name, "-o", "json"))
        assert f"Submitted {job['run_id']} to 'local'." in err
        with server.client() as client:
            runs = client.post(
                "/api/2.0/mlflow/runs/search", json={"experiment_ids": [job["experiment_id"]]}
            ).json()["runs"]
            files = client.get("/api/2.0/mlflow/artifacts/list", params={"run_id": job["run_id"]}).json()[
                "files"
            ]
        (run,) = runs
        assert (run["info"]["run_id"], run["info"]["status"]) == (job["run_id"], "FINISHED")
        assert [(one["key"], one["value"]) for one in run["data"]["params"]] == [("hello_param", "world")]
        assert [(one["key"], one["value"]) for one in run["data"]["metrics"]] == [("hello_metric", 0.5)]
        assert "helloworld.txt" in [one["path"] for one in files]

    def test_inputs_and_outputs(self, lazward, project, submit):
        (project / "src" / "a.txt").write_text("data\n")
        job = submit(
            "command: cat ${{inputs.file}} > ${{outputs.model}}/copy && printf '%s' ${{inputs.text}}\n"
            f"code: src\n{HERE}"
            "inputs: {file: {type: uri_file, path: src/a.txt}, text: '; touch hacked'}\n"
            "outputs: {model: }\nenvironment_variables: {NAME: value}\ntags: {a: b}\ndisplay_name: shown\n"
        )
        assert lazward("job", "stream", job["run_id"])[:2] == (0, "; touch hacked")
        status, out, _ = lazward("job", "download", job["run_id"], "-p", "here")
        assert status == 0
        assert "here/outputs/model/copy" in out.splitlines()
        assert (project / "here" / "outputs" / "model" / "copy").read_text() == "data\n"
        run = json_of(lazward("run", "show", job["run_id"], "-o", "json"))
        assert (run["name"], run["tags"]["a"]) == ("shown", "b")
        shown = json_of(lazward("job", "show", job["run_id"], "-o", "json"))
        assert shown["definition"]["outputs"] == {"model": None}

    def test_an_output_that_is_a_file(self, lazward, project, submit):
        job = submit(
            command("printf m > ${{outputs.m}}; touch results/other")
            + "outputs: {m: {type: uri_file, path: results/m.bin}}\n"
        )
        lazward("job", "stream", job["run_id"])
        status, _, _ = lazward("job", "download", job["run_id"], "-p", "here")
        assert status == 0
        assert [file.name for file in (project / "here" / "results").iterdir()] == ["m.bin"]
        assert (project / "here" / "results" / "m.bin").read_text() == "m"

    def test_a_script_that_fails(self, lazward, project):
        (project / "job.yml").write_text(command("echo before; exit 3"))
        done = lazward("job", "create", "-f", "job.yml", "--stream")
        assert done[1] == "before\n"
        assert "failed (ExitCode): The script ended with exit code 3. `lazward job logs" in fails(done)
        (job,) = json_of(lazward("job", "list", "--experiment", project.name, "-o", "json"))
        assert (job["state"], job["error"]["exit_code"]) == ("Failed", 3)
        _, out, _ = lazward("job", "show", job["run_id"])
        assert "ExitCode: The script ended with exit code 3." in out

    def test_an_environment_that_cannot_be_had(self, lazward, submit):
        job = submit("command: 'true'\nenvironment: {interpreter: no-such-python}\n")
        assert "(Environment): There is no interpreter 'no-such-python'" in fails(
            lazward("job", "stream", job["run_id"])
        )

    def test_limits(self, lazward, submit):
        job = submit(command("sleep 60", "limits: {timeout: 1}\n"))
        assert "(TimeLimit)" in fails(lazward("job", "stream", job["run_id"]))

    def test_an_unknown_target_leaves_nothing_behind(self, lazward, project):
        (project / "job.yml").write_text(command("true", "compute: azureml:nowhere\n"))
        told = fails(lazward("job", "create", "-f", "job.yml"))
        assert "no compute target 'nowhere'. Create it first, or use one of: local" in told
        assert json_of(lazward("job", "list", "--experiment", project.name, "-o", "json")) == []

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            ("resources: {instance_count: 2}", "On 'local' a job is one process"),
            ("distribution: {type: mpi}", "On 'local' a job is one process"),
            ("comput: x", "did you mean 'compute'?"),
        ],
    )
    def test_what_local_cannot_run(self, lazward, project, more, told):
        (project / "job.yml").write_text(command("true", more))
        assert told in fails(lazward("job", "create", "-f", "job.yml"))

    def test_an_image_is_refused_where_there_is_no_engine(self, lazward, project, monkeypatch):
        (project / "job.yml").write_text("command: 'true'\nenvironment: {image: 'python:3.11'}\n")
        monkeypatch.setenv("PATH", "")
        said = fails(lazward("job", "create", "-f", "job.yml"))
        assert "Docker engine is not installed. Install it, install Podman, or leave the image out" in said

    def test_ignored_inputs_are_refused(self, lazward, project):
        (project / "src" / "a.txt").write_text("")
        (project / "src" / ".amlignore").write_text("*.txt\n")
        (project / "job.yml").write_text(
            f"command: cat ${{{{inputs.a}}}}\ncode: src\n{HERE}"
            "inputs: {a: {type: uri_file, path: src/a.txt}}\n"
        )
        assert ".amlignore or .gitignore leaves it out" in fails(lazward("job", "create", "-f", "job.yml"))

    @pytest.mark.parametrize("arguments", [(), ("--file",), ("--file", "job.yml", "--set")])
    def test_a_command_line_that_makes_no_sense(self, lazward, arguments):
        assert lazward("job", "create", *arguments)[0] == 2

    def test_a_missing_file(self, lazward):
        assert "none.yml cannot be read: No such file" in fails(lazward("job", "create", "-f", "none.yml"))

    def test_what_is_left_out_is_told(self, lazward, project):
        (project / "job.yml").write_text(command("true", "identity: {type: managed}\n"))
        assert "identity is left out" in lazward("job", "create", "-f", "job.yml", "--stream")[2]

    def test_a_launcher_that_cannot_start_fails_the_job(self, lazward, project, monkeypatch):
        (project / "job.yml").write_text(command("true"))
        monkeypatch.setattr("sys.executable", "/nowhere/python")
        assert "cannot start the job's launcher" in fails(lazward("job", "create", "-f", "job.yml"))
        (job,) = json_of(lazward("job", "list", "--experiment", project.name, "-o", "json"))
        assert job["state"] == "Failed"

    def test_git_is_told(self, project, submit):
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        for words in (["init", "-q", "-b", "trunk"], ["add", "."], [*who, "commit", "-qm", "first"]):
            subprocess.run(["git", *words], cwd=project, check=True)
        job = submit(f"command: 'true'\ncode: src\n{HERE}")
        assert job["properties"]["azureml.git.branch"] == "trunk"
        assert len(job["properties"]["mlflow.source.git.commit"]) == 40


class TestEnvironments:
    def test_register_list_show_and_use(self, lazward, project, submit):
        name = f"env-{secrets.token_hex(4)}"
        (project / "needs.txt").write_text("# numbers\nnumpy>=1\n")
        (project / "conda.yml").write_text("dependencies: [python=3.11, {pip: [scipy]}]\n")
        made = json_of(lazward("environment", "create", "-f", "needs.txt", "-n", name, "-o", "json"))
        assert (made["version"], made["spec"]["python"]["conda"]["pip"]) == ("1", ["numpy>=1"])
        again = json_of(lazward("environment", "create", "-f", "needs.txt", "-n", name, "-o", "json"))
        assert again == made
        other = json_of(lazward("environment", "create", "-f", "conda.yml", "-n", name, "-o", "json"))
        assert other["version"] == "2"
        versions = json_of(lazward("environment", "versions", name, "-o", "json"))
        assert [one["version"] for one in versions] == ["2", "1"]
        _, out, _ = lazward("environment", "show", name, "--version", "1")
        assert "numpy>=1" in out
        _, out, _ = lazward("environment", "list")
        assert f"{name}" in out
        assert "AzureML-Minimal" in out
        job = submit(f"command: 'true'\nenvironment: 'azureml:{name}:1'\n", "--set", "compute=local")
        assert job["spec"]["environment_name"] == f"{name}:1"
        lazward("job", "cancel", job["run_id"])

    def test_an_image_is_kept(self, lazward, project):
        name = f"env-{secrets.token_hex(4)}"
        (project / "needs.txt").write_text("numpy\n")
        words = ("environment", "create", "-f", "needs.txt", "-n", name, "--image", "python:3.11")
        assert json_of(lazward(*words, "-o", "json"))["spec"]["image"] == "python:3.11"

    def test_azureml_reads_it_back(self, lazward, project):
        from azureml.core import Environment, Workspace

        name = f"env-{secrets.token_hex(4)}"
        (project / "conda.yml").write_text("dependencies: [python=3.11, {pip: [scipy]}]\n")
        json_of(lazward("environment", "create", "-f", "conda.yml", "-n", name, "-o", "json"))
        found = Environment.get(Workspace.get("default"), name)
        assert (found.version, found.python.user_managed_dependencies) == ("1", False)
        assert list(found.python.conda_dependencies.pip_packages) == ["scipy"]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("azureml:no-such:1", "no environment 'no-such'; there are AzureML-"),
            ("azureml:no-such@latest", "`lazward environment create`"),
        ],
    )
    def test_unknown_environments(self, lazward, project, text, told):
        (project / "job.yml").write_text(f"command: 'true'\nenvironment: {text}\n")
        assert told in fails(lazward("job", "create", "-f", "job.yml"))

    def test_an_unknown_version(self, lazward, project):
        name = f"env-{secrets.token_hex(4)}"
        (project / "needs.txt").write_text("numpy\n")
        assert lazward("environment", "create", "-f", "needs.txt", "-n", name)[0] == 0
        (project / "job.yml").write_text(f"command: 'true'\nenvironment: {name}:7\n")
        assert f"no version '7' of environment '{name}'; the newest is 1" in fails(
            lazward("job", "create", "-f", "job.yml")
        )

    @pytest.mark.parametrize(
        "text",
        [
            "azureml:AzureML-sklearn-1.5:25",
            "azureml://registries/azureml/environments/sklearn-1.5/versions/25",
        ],
    )
    def test_azures_own_versions_are_not_ours(self, lazward, target, submit, text):
        job = submit(f"command: 'true'\nenvironment: {text}\ncompute: {target}\n")
        assert job["spec"]["environment_name"] == "AzureML-sklearn-1.5:1"
        lazward("job", "cancel", job["run_id"])

    @pytest.mark.parametrize(
        ("name", "content", "told"),
        [
            ("needs.txt", "no no\n", "'no no' is no requirement that pip understands"),
            ("needs.txt", "-e .\n", "The pip option '-e .' is not supported"),
            ("conda.yml", "dependencies: numpy\n", "this must be a list"),
            ("conda.yml", "- numpy\n", "holds no fields"),
        ],
    )
    def test_files_that_are_wrong(self, lazward, project, name, content, told):
        (project / name).write_text(content)
        assert told in fails(lazward("environment", "create", "-f", name, "-n", "x"))

    def test_names_that_are_wrong(self, lazward, project):
        (project / "needs.txt").write_text("numpy\n")
        fails(lazward("environment", "create", "-f", "needs.txt", "-n", "a b"))
        assert "comes with the server" in fails(
            lazward("environment", "create", "-f", "needs.txt", "-n", "AzureML-Minimal")
        )
        assert "no environment 'nothing'" in fails(lazward("environment", "show", "nothing"))
        assert "no environment 'nothing'" in fails(lazward("environment", "versions", "nothing"))


class TestJobs:
    def test_queue_priority_cancel_and_list(self, lazward, submit, target):
        (first, second) = (submit(command("sleep 60", f"compute: {target}\n")) for _ in range(2))
        wait_for_state(lazward, first["run_id"], "Running")
        waiting = json_of(lazward("job", "show", second["run_id"], "-o", "json"))
        assert waiting["state"] == "Queued"
        assert "All 1 node(s)" in waiting["reason"]
        changed = json_of(lazward("job", "update", second["run_id"], "--priority", "7", "-o", "json"))
        assert changed["priority"] == 7
        assert "only what is queued" in fails(lazward("job", "update", first["run_id"], "--priority", "7"))
        found = json_of(lazward("job", "list", "--compute", target, "--state", "Queued", "-o", "json"))
        assert [one["run_id"] for one in found] == [second["run_id"]]
        found = json_of(lazward("job", "list", "--compute", target, "--max-results", "1", "-o", "json"))
        assert [one["run_id"] for one in found] == [second["run_id"]]
        _, out, _ = lazward("job", "list", "--compute", target)
        assert out.split()[:3] == ["RUN", "ID", "NAME"]
        assert json_of(lazward("job", "cancel", second["run_id"], "-o", "json"))["state"] == "Canceled"
        assert lazward("run", "cancel", first["run_id"])[1] == "CancelRequested\n"
        assert f"The job {first['run_id']} is Canceled." in fails(lazward("job", "stream", first["run_id"]))
        assert json_of(lazward("job", "cancel", first["run_id"], "-o", "json"))["state"] == "Canceled"

    def test_logs(self, lazward, submit, project):
        job = submit(command("printf 'z\\303\\274rich\\n'; printf err >&2"))
        assert lazward("run", "monitor-logs", job["run_id"])[0] == 0
        for name in ((), (LOG,), ("azureml-logs/70_driver_log.txt",)):
            assert lazward("job", "logs", job["run_id"], *name)[:2] == (0, "zürich\nerr")
        assert lazward("job", "logs", job["run_id"], BUILD_LOG)[:2] == (0, "")
        assert "Jobs have no log 'none.txt'; they have" in fails(
            lazward("job", "logs", job["run_id"], "none.txt")
        )
        status, out, _ = lazward("run", "download-logs", job["run_id"], "-d", "kept")
        assert (status, out) == (0, f"kept/{LOG}\n")
        assert (project / "kept" / LOG).read_text() == "zürich\nerr"

    @pytest.mark.parametrize(
        "words",
        [
            ("job", "show"),
            ("job", "stream"),
            ("job", "cancel"),
            ("job", "logs"),
            ("job", "download"),
            ("run", "show"),
            ("run", "cancel"),
            ("run", "monitor-logs"),
        ],
    )
    @pytest.mark.parametrize("run_id", ["0" * 32, "../..", "a b?c#d"])
    def test_ids_of_nothing(self, lazward, words, run_id):
        status, out, err = lazward(*words, run_id)
        assert (status, out) == (1, "")
        assert err.startswith("Error: ")
        assert "Traceback" not in err

    def test_states_and_numbers_of_nothing(self, lazward):
        assert "There is no state 'Nope'; there are Queued" in fails(
            lazward("job", "list", "--state", "Nope")
        )
        assert lazward("job", "list", "--max-results", "0")[0] == 2
        assert lazward("job", "update", "x")[0] == 2
        assert lazward("job", "update", "x", "--priority", "1001")[0] == 2

    def test_a_folder_that_cannot_be_written_to(self, lazward, submit, project):
        job = submit(command("echo a"))
        lazward("job", "stream", job["run_id"])
        (project / "file").write_text("")
        assert lazward("run", "download-logs", job["run_id"], "-d", "file")[0] == 1


class TestFollowing:
    def test_ctrl_c_leaves_the_job_running(self, lazward, submit, server):
        job = submit(command("echo begun; sleep 60"))
        process = subprocess.Popen(
            [LAZWARD, "job", "stream", job["run_id"]],
            env=server.environment(LAZWARD_SERVER=server.url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130
        assert f"The job goes on. `lazward job stream {job['run_id']}`" in err
        assert "Traceback" not in err
        assert json_of(lazward("job", "show", job["run_id"], "-o", "json"))["state"] == "Running"
        lazward("job", "cancel", job["run_id"])

    def test_text_appears_while_the_job_runs(self, submit, project, server):
        job = submit(command(f"echo one; until test -e '{project}/go'; do sleep 0.05; done; echo two"))
        pieces = iter(follow.Follower(connection(server), job["run_id"]))
        assert next(pieces) == (LOG, "one\n")
        (project / "go").touch()
        assert [piece.text for piece in pieces] == ["two\n"]

    def test_a_long_log_is_read_to_its_end(self, lazward, submit):
        job = submit(command("seq 1 1200000"))
        status, out, _ = lazward("job", "stream", job["run_id"])
        assert status == 0
        assert out == "".join(f"{number}\n" for number in range(1, 1200001))

    def test_a_server_that_is_away_for_a_while(self, start_server, monkeypatch, project, capsys):
        from lazward.cli import main

        running = start_server()
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(running.config))
        monkeypatch.setenv("LAZWARD_SERVER", running.url)
        go = project / "go"
        (project / "job.yml").write_text(
            command(f"echo one; until test -e '{go}'; do sleep 0.05; done; echo two")
        )
        assert main.run(["job", "create", "-f", "job.yml", "-o", "json"]) == 0
        run_id = json.loads(capsys.readouterr().out)["run_id"]
        away = threading.Event()
        told = []

        def note(error):
            told.append(error)
            away.set()

        follower = follow.Follower(connection(running), run_id, away=note)
        pieces = iter(follower)
        assert next(pieces).text == "one\n"
        running.kill()

        def come_back():
            assert away.wait(30)
            go.touch()
            start_server(home=running.home, port=int(running.url.rpartition(":")[2]))

        thread = threading.Thread(target=come_back)
        thread.start()
        assert "".join(piece.text for piece in pieces) == "two\n"
        thread.join()
        assert follower.job.state == "Completed"
        assert [type(error) for error in told] == [ServerUnreachable]

    def test_patience_has_an_end(self, start_server, monkeypatch):
        running = start_server()
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(running.config))
        at = connection(running)
        running.kill()
        begin = time.monotonic()
        with pytest.raises(ServerUnreachable):
            follow.Follower(at, "0" * 32, patience=0.1)
        assert time.monotonic() - begin < 20


class TestSubmitScript:
    def test_a_script_with_its_arguments(self, lazward, project):
        (project / "src" / "hello.py").write_text("import sys; print(sys.argv[1:])\n")
        words = ("run", "submit-script", "--path", "src", "-e", project.name, "-t", "told.json", "hello.py")
        status, out, err = lazward(*words, "--async", "-c", "two words", "; ls")
        assert status == 0, err
        assert out == "['--async', '-c', 'two words', '; ls']\n"
        told = json.loads((project / "told.json").read_text())
        assert (told["experimentName"], told["target"], told["status"]) == (
            project.name,
            "local",
            "Completed",
        )
        (run,) = json_of(lazward("run", "list", "-e", project.name, "--status", "Completed", "-o", "json"))
        assert run["run_id"] == told["runId"]

    def test_a_run_configuration(self, lazward, project, target):
        (project / ".azureml").mkdir()
        (project / "show.py").write_text(
            "import os, sys; print(sys.argv[1:], os.environ['A'], os.environ['B'])\n"
        )
        (project / ".azureml" / "mine.runconfig").write_text(f"""
script: show.py
arguments: [--rate, 0.5]
target: {target}
framework: Python
communicator: None
nodeCount: 1
maxRunDurationSeconds: 60
environmentVariables: {{B: 2}}
environment:
  name: default
  python: {{interpreterPath: python, userManagedDependencies: true}}
  environmentVariables: {{A: one}}
  docker: {{enabled: false, baseImage: lazward/cpu}}
  spark: {{packages: []}}
history: {{outputCollection: true}}
""")
        status, out, err = lazward("run", "submit-script", "-c", "mine")
        assert (status, out) == (0, "['--rate', '0.5'] one 2\n"), err
        (job,) = json_of(lazward("job", "list", "--experiment", project.name, "-o", "json"))
        assert (job["compute"], job["spec"]["max_seconds"]) == (target, 60)
        assert job["definition"]["history"] == {"outputCollection": True}
        words = ("run", "submit-script", "-c", ".azureml/mine.runconfig", "--ct", "local", "show.py", "x")
        assert lazward(*words)[:2] == (0, "['x'] one 2\n")

    def test_a_script_that_fails_is_told(self, lazward, project):
        (project / "bad.py").write_text("import sys; sys.exit(3)")
        assert "exit code 3" in fails(lazward("run", "submit-script", "bad.py"))

    def test_async_does_not_wait(self, lazward, project):
        (project / "slow.py").write_text("import time; time.sleep(60)")
        job = json_of(lazward("run", "submit-script", "--async", "-o", "json", "slow.py"))
        assert job["state"] == "Queued"
        lazward("run", "cancel", job["run_id"])

    def test_dependencies_over_those_of_the_configuration(self, lazward, project, target):
        (project / "needs.yml").write_text("dependencies: [{pip: [numpy]}]\n")
        words = ("run", "submit-script", "--async", "--ct", target, "-d", "needs.yml", "-o", "json")
        job = json_of(lazward(*words, "src/hello.py"))
        assert job["spec"]["environment"]["python"]["conda"]["pip"] == ["numpy"]
        lazward("run", "cancel", job["run_id"])

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("script: none.py", "There is no script"),
            ("script: ../job.yml", "lies outside"),
            ("target: local", "has no script; name one"),
            ("script: s.py\nframework: PySpark", "framework: 'PySpark' is not supported"),
            (
                "script: s.py\ncommunicator: ParameterServer",
                "communicator: 'ParameterServer' is not supported",
            ),
            ("script: s.py\nnodeCount: 0", "nodeCount: Expected `int` >= 1"),
            ("script: s.py\nnodeCount: 2", "On 'local' a job is one process"),
            ("script: s.py\nmaxRunDurationSeconds: long", "maxRunDurationSeconds: Expected"),
            ("script: s.py\narguments: {a: b}", "arguments: Expected"),
            ("script: s.py\nenvironment: 5", "environment: Expected"),
            ("script: s.py\nenvironment: none.yml", "none.yml cannot be read"),
            ("script: s.py\nenvironment: {python: {condaDependencies: {dependencies: x}}}", "must be a list"),
            ("script: s.py\nenvironment: {python: {condaDependenciesFile: no.yml}}", "no.yml cannot be read"),
            (
                "script: s.py\ndocker: {useDocker: true, shmSize: much}",
                "docker.shmSize: Expected `str` matching",
            ),
            ("script: [", "this is no YAML"),
            ("- a", "holds no fields"),
        ],
    )
    def test_configurations_that_are_wrong(self, lazward, project, content, told):
        (project / ".azureml").mkdir()
        (project / "s.py").write_text("")
        (project / ".azureml" / "mine.runconfig").write_text(content)
        assert told in fails(lazward("run", "submit-script", "-c", "mine"))

    def test_command_lines_that_are_wrong(self, lazward, project):
        (project / "s.py").write_text("")
        assert "There is no run configuration 'none'; there is none in" in fails(
            lazward("run", "submit-script", "-c", "none", "s.py")
        )
        assert "has no script; name one" in fails(lazward("run", "submit-script"))
        assert "There is no script none.py" in fails(lazward("run", "submit-script", "none.py"))
        assert "There is no folder nowhere" in fails(
            lazward("run", "submit-script", "--path", "nowhere", "s.py")
        )
        assert "none.yml cannot be read" in fails(lazward("run", "submit-script", "-d", "none.yml", "s.py"))
        assert "no compute target 'none'" in fails(lazward("run", "submit-script", "--ct", "none", "s.py"))
        assert lazward("run", "submit-script", "--nonsense", "s.py")[0] == 2


class TestRuns:
    def test_list(self, lazward, project, server):
        with server.client() as client:

            def post(path, **message):
                return client.post(f"/api/2.0/mlflow/{path}", json=message).raise_for_status().json()

            experiment = post("experiments/create", name=project.name)["experiment_id"]
            made = []
            for number in range(3):
                tags = [{"key": "a b`c", "value": f"it's {number}"}] if number else []
                run = post("runs/create", experiment_id=experiment, start_time=number + 1, tags=tags)["run"]
                made.append(run["info"]["run_id"])
                post("runs/log-metric", run_id=made[-1], key="m", value=number, timestamp=1)
            post("runs/update", run_id=made[0], status="FAILED", end_time=9)
        rows = json_of(lazward("run", "list", "-o", "json"))  # the experiment is named like the folder
        assert [row["run_id"] for row in rows] == made[::-1]
        assert rows[0]["metrics"] == {"m": 2.0}
        ids = lambda *words: [  # noqa: E731
            row["run_id"] for row in json_of(lazward("run", "list", "-e", project.name, "-o", "json", *words))
        ]
        assert ids("--last", "1") == [made[2]]
        assert ids("--status", "Failed") == [made[0]]
        assert ids("--status", "running") == [made[2], made[1]]
        assert ids("--tags", "a b`c") == [made[2], made[1]]
        assert ids("--tags", "a b`c=it's 1") == [made[1]]
        assert ids("--tags", "a b`c=it's 1", "--status", "Failed") == []
        (least, *_) = json_of(lazward("run", "list", "--minimal", "-o", "json"))
        assert "metrics" not in least
        _, out, _ = lazward("run", "list", "--minimal")
        assert out.splitlines()[0].split() == ["RUN", "ID", "NAME", "STATUS", "STARTED", "ENDED"]
        _, out, _ = lazward("run", "show", made[1])
        assert "it's 1" in out
        assert "no job with the run id" in fails(lazward("run", "cancel", made[1]))

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--status", "Nope"), "There is no status 'Nope'; there are Notstarted"),
            (("--tags", "=b"), "'=b' is no tag"),
            (("--tags", 'a`"b'), "cannot be searched for"),
            (("-e", "no-such-experiment"), "no-such-experiment"),
        ],
    )
    def test_what_cannot_be_listed(self, lazward, words, told):
        assert told in fails(lazward("run", "list", *words))

    def test_numbers_that_are_wrong(self, lazward):
        assert lazward("run", "list", "--last", "0")[0] == 2

    def test_deleting_is_still_there(self, lazward):
        for verb in ("delete", "restore", "purge"):
            assert lazward("run", verb, "--help")[0] == 0


def connection(server):
    return Connection(WorkspaceUri(uri.server(server.url), "default"))


def wait_for_state(lazward, run_id, state):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        job = json_of(lazward("job", "show", run_id, "-o", "json"))
        if job["state"] == state:
            return
        time.sleep(0.1)
    raise AssertionError(job)


def test_the_logs_of_a_job_are_found_while_it_runs(lazward, submit, server):
    job = submit(command("echo now; sleep 60"))
    at = connection(server)
    end = time.monotonic() + 20
    while not (found := jobs.read_log(at, job["run_id"], LOG)) and time.monotonic() < end:
        time.sleep(0.05)
    assert found == b"now\n"
    assert lazward("job", "logs", job["run_id"])[1] == "now\n"
    lazward("job", "cancel", job["run_id"])


class TestOtherServers:
    def run(self, server, monkeypatch, capsys, **more):
        """Run a job on this machine with a server of its own; what it wrote and its environment's token."""
        from lazward.cli import main

        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
        monkeypatch.setenv("LAZWARD_SERVER", server.url)
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        Path("job.yml").write_text(command("echo ran with ${LAZWARD_TOKEN:-no} token"))
        status = main.run(["job", "create", "-f", "job.yml", "--stream"])
        out, err = capsys.readouterr()
        assert status == 0, err
        return out

    def test_tls_with_a_private_authority(self, start_server, certificates, monkeypatch, capsys):
        cert, key = certificates.issue()
        server = start_server("--tls-cert", str(cert), "--tls-key", str(key), ca=certificates.ca)
        out = self.run(server, monkeypatch, capsys, LAZWARD_CA_BUNDLE=str(certificates.ca))
        assert out != "ran with no token\n"

    def test_a_server_that_asks_nobody(self, start_server, monkeypatch, capsys):
        """A token that is there for another server does not go to the job."""
        server = start_server("--auth", "off")
        assert self.run(server, monkeypatch, capsys, LAZWARD_TOKEN="other") == "ran with no token\n"
