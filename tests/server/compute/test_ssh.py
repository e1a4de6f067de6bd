"""Hosts reached over SSH, with a real sshd: the contract of engines, and what is their own."""

import contextlib
import json
import os
import secrets
import signal
import time
from pathlib import Path
from typing import ClassVar

import msgspec
import psutil
import pytest

from lazward.errors import InvalidRequest, Unavailable
from lazward.launcher.bundle import Bundle
from lazward.wire.doctor import OK, PROBLEM, WARNING
from lazward.wire.jobs import Problem
from lazward.wire.ssh import SshSettings
from lazward_server.compute import bundle, examination, ssh
from lazward_server.compute.engine import Launch, Presence, Target
from lazward_server.compute.over_ssh import OverSsh, Way, shown_keys
from lazward_server.compute.ssh import Ssh
from tests.server.compute.contract import Contract, Rig
from tests.server.compute.test_engines import PROGRAM
from tests.sshd import Sshd, needs_sshd

pytestmark = needs_sshd

READING = "import json, os, sys\nos.environ.update(json.loads(sys.stdin.buffer.readline()))\n"
STAND_IN = Bundle("stand-in", (READING + PROGRAM).encode())
"""In place of the launcher: reads its variables, and does as the test says."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Look at once, and leave a host that did not answer alone until the test says so (``is_back``)."""
    monkeypatch.setattr(ssh, "_EVERY", 0.0)
    monkeypatch.setattr(ssh, "_FIRST_PAUSE", 3600.0)
    monkeypatch.setattr(ssh, "_LONGEST_PAUSE", 3600.0)


@pytest.fixture
def stand_in(monkeypatch):
    monkeypatch.setattr(bundle, "current", lambda: STAND_IN)


@pytest.fixture
def host(tmp_path):
    made = Sshd(tmp_path / "sshd")
    yield made
    made.stop()


def engine_of(*hosts, key=None, **more):
    """The engine of a pool of these hosts."""
    fields = hosts[0].settings(**more)
    fields["hosts"] = [one for host in hosts for one in host.settings(**more)["hosts"]]
    settings = msgspec.convert(fields, SshSettings)
    return Ssh.open(Target(1, settings, {"private_key": key or hosts[0].key}, hosts[0].folder))


def is_back(engine):
    """The time is over for which a host that did not answer is left alone."""
    for one in engine._pool:
        one._until = one._shunned = 0.0


class SshRig(Rig):
    def __init__(self, host, folder, **more):
        self.host, self._work, self._more = host, folder, more
        self._folders = {}
        self.engine = None
        self.restart()

    def launch(self, run_id=None, attempt=1, **variables):
        folder = self._work / secrets.token_hex(4)
        folder.mkdir()
        handle = super().launch(run_id, attempt, STAND_IN=str(folder), **variables)
        self._folders[handle] = folder
        self.told(handle)
        return handle

    def told(self, handle):
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
        if self.engine is not None:
            self.engine.close()
        self.engine = engine_of(self.host, **self._more)

    def obstruct(self):
        self._more |= {"folder": "/dev/null/folder"}
        other = engine_of(self.host, **self._more)
        self.engine.submit = other.submit

    def end(self):
        for handle, folder in self._folders.items():
            (folder / "finish").touch()
            with contextlib.suppress(Unavailable):
                self.engine.cancel(handle)
        self.engine.close()


@pytest.fixture
def rig(host, tmp_path, stand_in):  # noqa: ARG001 - the stand-in must be there
    made = SshRig(host, tmp_path)
    yield made
    made.end()


class TestSsh(Contract):
    def test_it_outlives_the_connection(self, rig):
        handle = rig.launch()
        rig.host.stop()
        assert rig.presence(handle) is Presence.UNKNOWN
        assert psutil.pid_exists(rig.told(handle)["pid"])
        rig.host.start()
        is_back(rig.engine)
        assert rig.presence(handle) is Presence.THERE

    def test_nothing_is_concluded_while_its_host_is_away(self, rig):
        handle = rig.launch()
        rig.lose(handle)
        rig.host.stop()
        for _ in range(3):
            assert rig.presence(handle) is Presence.UNKNOWN
        with pytest.raises(Unavailable, match=r"The host 127\.0\.0\.1:\d+ (does not answer|was lost)"):
            rig.launch()
        assert rig.engine.away() == [0]
        rig.host.start()
        is_back(rig.engine)
        rig.until_gone(handle)
        assert rig.engine.away() == []

    def test_cancelling_ends_its_children_too(self, rig):
        handle = rig.launch(CHILDREN="yes")
        process = psutil.Process(rig.told(handle)["pid"])
        family = [process, *process.children(recursive=True)]
        assert len(family) == 3
        rig.restart()
        rig.engine.cancel(handle)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []

    def test_the_token_is_on_no_command_line_and_no_disk(self, rig):
        token = secrets.token_hex(16)
        handle = rig.launch(LAZWARD_TOKEN=token)
        assert rig.told(handle)["env"]["LAZWARD_TOKEN"] == token
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                assert token not in " ".join(process.cmdline())
        kept = [one for one in (rig.host.folder / "node").rglob("*") if one.is_file()]
        assert kept
        assert not any(token.encode() in one.read_bytes() for one in kept)

    def test_it_is_in_a_session_of_its_own_with_private_files(self, rig):
        told = rig.told(rig.launch())
        assert told["sid"] == told["pid"]
        for one in [rig.host.folder / "node", *(rig.host.folder / "node").rglob("*")]:
            assert one.stat().st_mode & 0o077 == 0

    def test_what_it_said_last_is_told_when_it_is_gone(self, rig):
        handle = rig.launch(SAYS="No space\nleft on device")
        rig.lose(handle)
        rig.until_gone(handle)
        words = "It was on the host 127.0.0.1. The last that it said there was: No space left on device"
        assert rig.engine.why(handle) == Problem("NodeLost", words)
        assert rig.engine.why("x") is None

    def test_another_process_with_the_number_is_another(self, rig):
        handle = rig.launch()
        host, pid, _ = handle.split(" ")
        mistaken = f"{host} {pid} {'0' * 16}"
        assert rig.presence(mistaken) is Presence.GONE
        rig.engine.cancel(mistaken)
        assert rig.presence(handle) is Presence.THERE

    def test_one_that_was_just_there_is_not_asked_after_again(self, rig, monkeypatch):
        handle = rig.launch()
        monkeypatch.setattr(ssh, "_EVERY", 3600.0)
        rig.host.stop()
        assert rig.presence(handle) is Presence.THERE
        rig.host.start()


class TestPool:
    @pytest.fixture
    def other(self, tmp_path):
        made = Sshd(tmp_path / "other")
        (made.folder / "authorized_keys").write_text((tmp_path / "sshd" / "client.pub").read_text())
        yield made
        made.stop()

    def launch(self, engine, folder, node):
        place = folder / secrets.token_hex(4)
        place.mkdir()
        handle = engine.submit(Launch("r", 1, {"STAND_IN": str(place)}, None, node))
        end = time.monotonic() + 20
        while not (place / "told").exists():
            assert time.monotonic() < end
        return handle, json.loads((place / "told").read_text())["env"]

    @pytest.mark.usefixtures("stand_in")
    def test_each_node_is_a_slot_of_a_host_with_its_share_of_the_gpus(self, host, other, tmp_path):
        engine = engine_of(host, other, slots=2, cpus=6, gpus=4)
        seen = [self.launch(engine, tmp_path, node) for node in range(4)]
        hosts = [handle.split(" ")[0] for handle, _ in seen]
        assert hosts[0] == hosts[1] != hosts[2] == hosts[3]
        assert [env["CUDA_VISIBLE_DEVICES"] for _, env in seen] == ["0,1", "2,3"] * 2
        other.stop()
        there = engine.poll([handle for handle, _ in seen])
        assert [there[handle].name for handle, _ in seen] == ["THERE", "THERE", "UNKNOWN", "UNKNOWN"]
        assert engine.away() == [2, 3]
        other.start()
        is_back(engine)
        for handle, _ in seen:
            engine.cancel(handle)
        engine.close()

    def test_what_a_node_has_is_its_share(self, host):
        settings = msgspec.convert(host.settings(slots=2, cpus=6, gpus=4), SshSettings)
        assert Ssh.node_count(settings) == 2
        size = Ssh.node_size(settings, 1)
        assert (size.cpus, size.gpus) == (3, 2)
        assert Ssh.node_size(msgspec.convert(host.settings(), SshSettings), 0) is None


class TestWay:
    """Who is let in, and by whom."""

    def over(self, host, **more):
        fields = {"host_key": host.host_key, "private_key": host.key} | more
        user = host.settings()["user"]
        return OverSsh(Way("127.0.0.1", host.port, user, **fields))

    def test_words_arrive_as_they_are(self, host):
        words = ["$(id)", "; id", "a b", "'", '"', "\n", "ü", "*", "~", "-n", ""]
        ran = self.over(host).run(["printf", r"%s\0", *words], b"")
        assert ran.stdout.decode().split("\0")[:-1] == words

    def test_it_reads_and_tells_how_it_ended(self, host):
        ran = self.over(host).run(["sh", "-c", "cat; echo bad >&2; exit 3"], b"x" * 3_000_000)
        assert (ran.exit_code, len(ran.stdout), ran.complaint) == (3, 3_000_000, "bad")

    def test_a_changed_host_key_is_refused(self, host):
        way = self.over(host)
        known = host.host_key
        assert way.run(["true"]).exit_code == 0
        host.stop()
        host.change_host_key()
        host.start()
        with pytest.raises(Unavailable, match="shows another key than the one that it was attached with"):
            way.run(["true"])
        assert host.host_key != known

    def test_a_refused_key_is_told(self, host):
        host.refuse_key()
        with pytest.raises(Unavailable, match=r"refuses the user '.*' with the key"):
            self.over(host).run(["true"])

    def test_the_servers_own_keys_and_agent_are_not_tried(self, host, tmp_path, monkeypatch):
        (tmp_path / ".ssh").mkdir(mode=0o700)
        (tmp_path / ".ssh" / "id_ed25519").write_text(host.key)
        (tmp_path / ".ssh" / "id_ed25519").chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        with pytest.raises(Unavailable, match="refuses the user"):
            self.over(host, private_key="").run(["true"])

    def test_keys_that_are_none(self, host):
        with pytest.raises(InvalidRequest, match="cannot be read"):
            self.over(host, private_key="nonsense")
        with pytest.raises(InvalidRequest, match="cannot be read"):
            self.over(host, host_key="ssh-ed25519 AAAA")

    def test_a_command_that_takes_too_long(self, host):
        with pytest.raises(Unavailable, match="did not answer within 1 seconds"):
            self.over(host).run(["sleep", "60"], seconds=1)

    def test_a_connection_that_died_is_made_anew(self, host):
        way = self.over(host)
        way.run(["true"])
        host.stop()
        host.start()
        assert way.run(["true"]).exit_code == 0

    def test_what_a_host_shows(self, host):
        (shown,) = shown_keys("127.0.0.1", host.port)
        assert shown.host_key.startswith(host.host_key)
        assert shown.fingerprint.startswith("SHA256:")
        host.stop()
        with pytest.raises(InvalidRequest, match="shows no key"):
            shown_keys("127.0.0.1", host.port)
        host.start()


class TestExamination:
    FOUND: ClassVar = {
        "fits": True, "proc": True, "python": "3.11.2", "executable": "/usr/bin/python3", "system": "Linux",
        "uv": "/usr/bin/uv", "venv": True, "disk_free_bytes": 2**40, "folder": "/home/u/.cache/lazward",
    }  # fmt: skip

    @pytest.mark.parametrize(
        ("look", "more", "state", "told"),
        [
            (examination.python, {}, OK, "is 3.11.2"),
            (examination.python, {"fits": False, "python": "3.8.1"}, PROBLEM, "3.10 is needed"),
            (examination.python, {"proc": False, "system": "Darwin"}, PROBLEM, "It runs Darwin"),
            (examination.builder, {}, OK, "/usr/bin/uv"),
            (examination.builder, {"uv": ""}, WARNING, "venv and pip"),
            (examination.builder, {"uv": "", "venv": False}, WARNING, "neither uv nor venv"),
            (examination.disk, {}, OK, "1024.0 GiB are free"),
            (examination.disk, {"disk_free_bytes": 2**30}, WARNING, "Make room"),
            (examination.disk, {"disk_free_bytes": 2**20}, PROBLEM, "Make room"),
        ],
    )
    def test_what_is_found_is_judged(self, look, more, state, told):
        finding = look(self.FOUND | more)
        assert finding.state == state
        assert told in finding.text

    def test_an_old_python_is_refused_where_a_target_is_made(self, host):
        old = sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python3"))
        if not old:
            pytest.skip("no old Python is here")
        settings = msgspec.convert(host.settings(python=str(old[0])), SshSettings)
        with pytest.raises(Unavailable, match=r"can run no jobs\. .* is Python 3\.\d.*; 3\.10 is needed"):
            Ssh.attach(Target(0, settings, {"private_key": host.key}, host.folder))
