import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tests import forked
from typer.testing import CliRunner

from lazward import __version__
from lazward.cli import main
from lazward.client import credentials

LAZWARD = Path(sys.executable).with_name("lazward")
SERVER = "http://127.0.0.1:8421"


def lazward(*arguments, stdin="", **env):
    return forked.lazward(*arguments, stdin=stdin, env=os.environ | env)


def fails(done, status=1):
    """The one line that tells why."""
    assert done.returncode == status
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_version():
    """The only one that runs the installed script, as the others do without its half a second of imports."""
    done = subprocess.run([LAZWARD, "--version"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{__version__}\n", "")


def tree(command):
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from tree(below)


def test_every_command_and_option_is_explained():
    for command in tree(typer.main.get_command(main.build([]))):
        assert command.help, command.name
        for option in command.params:
            assert option.help, (command.name, option.name)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["up", "--help"], ["token", "show", "--help"]])
def test_asking_for_help_is_no_failure(arguments):
    done = lazward(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: lazward" in done.stdout


def test_the_help_lists_what_the_server_adds():
    output = CliRunner().invoke(main.build([]), ["--help"]).output
    assert all(command in output for command in ("config", "status", "token", "up"))


def test_without_the_server_up_names_the_wheel(monkeypatch):
    monkeypatch.setattr(main, "entry_points", lambda **_: [])
    result = CliRunner().invoke(main.build(["up"]), ["up", "--port", "1"])
    assert "pip install lazward-server" in str(result.exception)


def test_only_up_loads_the_server():
    program = "import sys; from lazward.cli import main; main.run(['--version']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "lazward_server" not in done.stdout
    assert "httpx" not in done.stdout


class TestFailures:
    @pytest.mark.parametrize(
        "arguments", [["nonsense"], ["--nonsense"], ["token"], ["token", "show", "x", "y"]]
    )
    def test_a_wrong_command_line(self, arguments):
        assert "--help" in fails(lazward(*arguments), 2)

    def test_a_wrong_address(self):
        assert "'x' is not a server's address" in fails(lazward("config", "--server", "x"))

    def test_a_folder_that_cannot_be_written(self):
        Path("file").write_text("")
        assert "file" in fails(lazward("config", "--server", SERVER, "--path", "file"))

    def test_a_fault_of_ours_is_one_line_too_unless_its_traceback_is_asked_for(self):
        program = (
            "import sys; from lazward.cli.failures import status_of; sys.exit(status_of(lambda: {}['lost']))"
        )
        run = [sys.executable, "-c", program]
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        assert "lost" in fails(done)
        assert (
            "Traceback"
            in subprocess.run(
                run, capture_output=True, text=True, check=False, env=os.environ | {"LAZWARD_DEBUG": "1"}
            ).stderr
        )


class TestToken:
    def test_show_prints_the_token_alone_on_its_last_line(self):
        credentials.save(SERVER, "lzw_secret")
        done = lazward("token", "show", "--server", "http://localhost:8421/")
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "lzw_secret")

    def test_show_takes_the_configured_server(self):
        credentials.save(SERVER, "lzw_secret")
        for server in (SERVER, "lazward+http://127.0.0.1:8421/workspaces/default"):
            assert lazward("token", "show", LAZWARD_SERVER=server).stdout == "lzw_secret\n"

    def test_an_unknown_server_is_an_error(self):
        assert f"No token for {SERVER}" in fails(lazward("token", "show", "--server", SERVER))

    def test_a_file_that_others_can_read_is_an_error(self):
        credentials.save(SERVER, "lzw_secret").chmod(0o644)
        told = fails(lazward("token", "show", "--server", SERVER))
        assert "chmod 600" in told
        assert "lzw_secret" not in told

    def test_save_reads_standard_input(self):
        done = lazward("token", "save", "--server", SERVER, stdin=" lzw_other\n")
        assert done.returncode == 0
        assert "lzw_other" not in done.stdout + done.stderr
        assert credentials.read(SERVER) == "lzw_other"

    @pytest.mark.parametrize("text", ["", "two words", "lzw_ä"])
    def test_what_cannot_be_a_token_is_not_saved(self, text):
        assert "no token" in fails(lazward("token", "save", "--server", SERVER, stdin=text))
        assert credentials.servers() == []

    def test_forget(self):
        credentials.save(SERVER, "lzw_secret")
        assert lazward("token", "forget", "--server", SERVER).returncode == 0
        assert f"No token for {SERVER}" in fails(lazward("token", "forget", "--server", SERVER))


class TestConfig:
    def test_it_writes_what_the_sdk_reads_and_says_so(self, recorder):
        server = recorder()
        done = lazward("config", "--server", server.url, "--workspace", "vision", "--path", "project")
        file = Path("project/.azureml/config.json")
        assert json.loads(file.read_text()) == {
            "workspace_name": "vision",
            "server": server.url,
            "subscription_id": "local",
            "resource_group": "default",
        }
        assert (done.returncode, done.stderr) == (0, "")
        assert str(file) in done.stdout
        assert [path for _, path, _ in server.requests] == ["/workspaces/vision/api/v1/workspaces/vision"]

    def test_a_server_that_does_not_answer_is_a_warning(self):
        done = lazward("config", "--server", "http://127.0.0.1:1")
        assert done.returncode == 0
        assert done.stderr.startswith("Warning: http://127.0.0.1:1 cannot be reached")
        assert done.stderr.count("\n") == 1
        assert json.loads(Path(".azureml/config.json").read_text())["workspace_name"] == "default"

    def test_a_workspaces_address_names_it(self, recorder):
        lazward("config", "--server", recorder().url + "/workspaces/vision")
        assert json.loads(Path(".azureml/config.json").read_text())["workspace_name"] == "vision"

    def test_an_older_file_keeps_its_other_values(self, recorder):
        Path(".azureml").mkdir()
        older = {"subscription_id": "s", "resource_group": "g", "workspace_name": "w", "mine": 1}
        Path(".azureml/config.json").write_text(json.dumps(older))
        lazward("config", "--server", (server := recorder()).url, "--workspace", "w")
        assert json.loads(Path(".azureml/config.json").read_text()) == older | {"server": server.url}


class TestWithTheServer:
    @pytest.fixture(autouse=True)
    def _its_credentials(self, server, monkeypatch):
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))

    def test_its_token_opens_it(self, server):
        assert lazward("token", "show", "--server", server.url).stdout == f"{server.token}\n"

    def test_config_then_status(self, server):
        assert lazward("config", "--server", server.url).stderr == ""
        done = lazward("status")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1] == "answers        yes"

    def test_an_unknown_workspace_is_a_warning(self, server):
        done = lazward("config", "--server", server.url, "--workspace", "nowhere")
        assert "nowhere" in done.stderr

    def test_a_wrong_token_says_what_to_do(self, server, monkeypatch, tmp_path):
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(tmp_path / "other"))
        credentials.save(server.url, "lzw_wrong")
        done = lazward("status", LAZWARD_SERVER=server.url)
        assert done.returncode == 1
        assert "lazward token save" in done.stderr
