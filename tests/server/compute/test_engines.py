"""The contract of engines on each of them, and what is the cluster's own."""

import contextlib
import json
import os
import resource
import secrets
import signal
import sys
import time

import psutil
import pytest

from lazward_server.compute import cluster
from lazward_server.compute.cluster import Cluster
from lazward_server.compute.engine import Launch, Presence
from lazward_server.compute.fake import Fake
from tests.server.compute.contract import Contract, Rig

PROGRAM = """
import json, os, pathlib, subprocess, sys, time
CHILD = '''
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(300)
'''
folder = pathlib.Path(os.environ["STAND_IN"])
sys.stderr.write(os.environ.get("SAYS", "to standard error\\n"))
sys.stderr.flush()
if os.environ.get("CHILDREN"):
    marks = [folder / f"child-{n}" for n in range(2)]
    for n, mark in enumerate(marks):
        subprocess.Popen([sys.executable, "-c", CHILD, mark], start_new_session=bool(n))
    while not all(mark.exists() for mark in marks):
        time.sleep(0.01)
state = {"pid": os.getpid(), "env": dict(os.environ), "argv": sys.argv, "sid": os.getsid(0)}
(folder / "new").write_text(json.dumps(state))
(folder / "new").rename(folder / "told")
while not (folder / "finish").exists():
    time.sleep(0.02)
sys.exit(int(os.environ.get("EXIT", 3)))
"""
"""In place of the launcher: tells how it was started, and ends when it may."""


class FakeRig(Rig):
    def __init__(self):
        self.engine = Fake()

    def finish(self, handle):
        self.engine.living.discard(handle)

    lose = finish

    def restart(self):
        """It is the outside world too, so there is nothing to forget."""

    def obstruct(self):
        self.engine.refusing = True


class ClusterRig(Rig):
    """Processes of this machine.

    Attributes:
        folder: Where the engine starts them, with the stand-in for the launcher in it.
    """

    def __init__(self, folder):
        self.folder = folder / "launchers"
        self.folder.mkdir(mode=0o700)
        (self.folder / "stand_in.py").write_text(PROGRAM)
        self._folders = {}
        self._handles = []
        self._work = folder
        self.restart()

    def launch(self, run_id=None, attempt=1, **variables):
        folder = self._work / secrets.token_hex(4)
        folder.mkdir()
        handle = super().launch(run_id, attempt, STAND_IN=str(folder), **variables)
        self._folders[handle] = folder
        self._handles.append(handle)
        self.told(handle)
        return handle

    def told(self, handle):
        """How the launcher was started."""
        end, file = time.monotonic() + 20, self._folders[handle] / "told"
        while not file.exists():
            assert time.monotonic() < end, "it did not begin"
            time.sleep(0.01)
        return json.loads(file.read_text())

    def finish(self, handle):
        (self._folders[handle] / "finish").touch()

    def lose(self, handle):
        os.kill(self.told(handle)["pid"], signal.SIGKILL)

    def restart(self):
        self.engine = Cluster(self.folder)

    def obstruct(self):
        self.engine = Cluster(self._work / "file" / "folder")
        (self._work / "file").touch()

    def family(self, handle):
        """A launcher with its children."""
        process = psutil.Process(self.told(handle)["pid"])
        return [process, *process.children(recursive=True)]

    def end(self):
        for folder in self._folders.values():
            with contextlib.suppress(FileNotFoundError):
                (folder / "finish").touch()
        for handle in self._handles:
            Cluster(self.folder).cancel(handle)


@pytest.fixture
def processes(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_LAUNCHER", "stand_in")
    rig = ClusterRig(tmp_path)
    yield rig
    rig.end()


class TestFake(Contract):
    @pytest.fixture
    def rig(self):
        return FakeRig()

    def test_what_was_started_is_told(self, rig):
        run_id = secrets.token_hex(16)
        rig.launch(run_id, 2, A="b")
        assert rig.engine.launched == [Launch(run_id, 2, {"A": "b"})]


class TestCluster(Contract):
    @pytest.fixture
    def rig(self, processes):
        return processes

    def test_a_killed_one_is_gone_although_nobody_waited_for_it(self, rig):
        """The server is its parent, so it stays in the system's list; a new engine does not know that."""
        handle = rig.launch()
        rig.restart()
        rig.lose(handle)
        rig.until_gone(handle)
        process = psutil.Process(rig.told(handle)["pid"])
        end = time.monotonic() + 20
        while process.status() != psutil.STATUS_ZOMBIE:  # it has lost its environment, and is about to end
            assert time.monotonic() < end, "it was waited for"
        process.wait()

    def test_no_launcher_stays_in_the_systems_list(self, rig):
        handle = rig.launch()
        rig.lose(handle)
        rig.until_gone(handle)
        end = time.monotonic() + 20
        while psutil.pid_exists(rig.told(handle)["pid"]):  # it has lost its environment, and is about to end
            assert time.monotonic() < end, "nobody waited for it"
            rig.presence(handle)

    def test_another_process_with_the_number_is_another(self, rig):
        """Numbers are used again: what a launcher left in the database may be somebody else's by now."""
        old = rig.launch()
        rig.lose(old)
        rig.until_gone(old)
        time.sleep(1.1)
        new = rig.launch()
        mistaken = new.partition(" ")[0] + " " + old.partition(" ")[2]
        assert rig.presence(mistaken) is Presence.GONE
        rig.engine.cancel(mistaken)
        assert rig.presence(new) is Presence.THERE

    def test_nothing_is_concluded_where_one_cannot_look(self, rig):
        handle, lost = rig.launch(), rig.launch()
        rig.lose(lost)
        rig.until_gone(lost)
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
        try:
            there = rig.engine.poll([handle, lost])
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        assert there[handle] is Presence.UNKNOWN
        assert rig.presence(handle) is Presence.THERE

    def test_its_own_server_is_no_launcher(self, rig):
        for number in (os.getpid(), os.getppid(), 1):
            handle = f"{number} 0"
            assert rig.presence(handle) is Presence.GONE
            rig.engine.cancel(handle)

    def test_cancelling_ends_its_children_too(self, rig):
        handle = rig.launch(CHILDREN="yes")
        family = rig.family(handle)
        assert len(family) == 3
        rig.engine.cancel(handle)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []

    def test_cancelling_after_the_server_was_started_anew_ends_its_children_too(self, rig):
        handle = rig.launch(CHILDREN="yes")
        family = rig.family(handle)
        rig.restart()
        rig.engine.cancel(handle)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []

    def test_it_sees_what_it_is_given_and_none_of_the_servers_secrets(self, rig, monkeypatch):
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("LAZWARD_OIDC_SECRET", "secret")
        monkeypatch.setenv("PGPASSWORD", "secret")
        monkeypatch.setenv("UV_PUBLISH_URL", "secret")
        monkeypatch.setenv("UV_INDEX_MINE_PASSWORD", "secret")
        monkeypatch.setenv("CONDA_TOKEN", "secret")
        monkeypatch.setenv("UV_INDEX_URL", "https://index")
        monkeypatch.setenv("PYTHONPATH", "/elsewhere")
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        told = rig.told(rig.launch(LAZWARD_TOKEN="of the job"))
        env = told["env"]
        assert (env["LAZWARD_TOKEN"], env["LC_ALL"]) == ("of the job", "C.UTF-8")
        assert (env["PATH"], env["UV_INDEX_URL"]) == (os.environ["PATH"], "https://index")
        assert "secret" not in env.values()
        assert not {"PYTHONPATH", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY"} & set(env)

    def test_the_token_is_not_on_its_command_line(self, rig):
        handle = rig.launch(LAZWARD_TOKEN="of-the-job")
        process = psutil.Process(rig.told(handle)["pid"])
        assert process.cmdline() == [sys.executable, "-m", "stand_in"]

    def test_it_is_in_a_session_of_its_own(self, rig):
        """Otherwise it would end with the terminal that the server was started in."""
        told = rig.told(rig.launch())
        assert told["sid"] == told["pid"] != os.getsid(0)

    def test_nothing_is_kept_of_one_that_did_its_work_and_printed_nothing(self, rig):
        run_id = secrets.token_hex(16)
        handle = rig.launch(run_id, EXIT="0", SAYS="")
        assert (rig.folder / f"{run_id}.log").exists()
        rig.finish(handle)
        rig.until_gone(handle)
        end = time.monotonic() + 20
        while (rig.folder / f"{run_id}.log").exists():
            assert time.monotonic() < end, "it was kept"
            rig.presence(handle)

    @pytest.mark.parametrize("variables", [{"EXIT": "0"}, {"SAYS": ""}])
    def test_what_one_printed_or_that_one_failed_is_kept_for_weeks(self, rig, variables):
        recent, old = secrets.token_hex(16), secrets.token_hex(16)
        for run_id in (recent, old):
            handle = rig.launch(run_id, **variables)
            rig.finish(handle)
            rig.until_gone(handle)
        end = time.monotonic() + 20
        while rig.engine._started:
            assert time.monotonic() < end, "nobody waited for it"
            rig.engine.poll([])
        long_ago = time.time() - 2 * cluster._WORDS_KEPT
        os.utime(rig.folder / f"{old}.log", (long_ago, long_ago))
        cluster.forget_words(rig.folder)
        assert [one.name for one in rig.folder.glob("*.log")] == [f"{recent}.log"]

    def test_there_may_be_nothing_to_forget(self, tmp_path):
        cluster.forget_words(tmp_path / "missing")

    def test_what_it_prints_is_kept_for_the_servers_owner_alone(self, rig):
        run_id = secrets.token_hex(16)
        rig.launch(run_id, 1)
        rig.launch(run_id, 2)
        file = rig.folder / f"{run_id}.log"
        assert file.read_text() == "to standard error\n" * 2
        assert rig.folder.stat().st_mode & 0o077 == 0
