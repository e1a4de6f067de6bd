"""A real sshd on a free port of this machine, with keys of its own, as an ordinary process."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

PROGRAM = shutil.which("sshd") or next((p for p in ("/usr/sbin/sshd",) if Path(p).exists()), None)
needs_sshd = pytest.mark.skipif(PROGRAM is None, reason="no sshd is installed")


class Sshd:
    """A host, which is this machine under the same user.

    Attributes:
        port: Where it listens.
        key: What signs in.
        host_key: What it shows, as ``known_hosts`` has it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.key = self._make_key("client").read_text()
        self._make_key("host")
        (folder / "authorized_keys").write_text((folder / "client.pub").read_text())
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def host_key(self) -> str:
        kind, key, *_ = (self.folder / "host.pub").read_text().split()
        return f"{kind} {key}"

    def settings(self, **more: object) -> dict[str, object]:
        """What a target of this host alone is made with."""
        host = {"address": "127.0.0.1", "port": self.port, "host_key": self.host_key}
        host |= {name: more.pop(name) for name in ("slots", "cpus", "gpus") if name in more}
        folder = str(self.folder / "node")
        return {"user": _user(), "hosts": [host], "folder": folder, "python": _python()} | more

    def start(self) -> None:
        os.makedirs("/run/sshd", exist_ok=True) if os.getuid() == 0 else None
        config = self.folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\nPidFile none\n"
            f"AuthorizedKeysFile {self.folder}/authorized_keys\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nPermitRootLogin prohibit-password\nMaxStartups 100\n"
            "PermitUserEnvironment no\n"
        )
        log = self.folder / "sshd.log"
        self._process = subprocess.Popen(
            [str(PROGRAM), "-D", "-f", config, "-E", log], start_new_session=True
        )
        end = time.monotonic() + 20
        while not self._listens():
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        """End it with all its connections, and with nothing that was started through them."""
        assert self._process is not None
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)], capture_output=True, text=True
        )
        self._process.terminate()
        self._process.wait()
        for one in children.stdout.split():
            for number in [*_children(one), one]:
                _kill(int(number))

    @property
    def stopped(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def change_host_key(self) -> None:
        for name in ("host", "host.pub"):
            (self.folder / name).unlink()
        self._make_key("host")

    def refuse_key(self) -> None:
        (self.folder / "authorized_keys").write_text("")

    def _make_key(self, name: str) -> Path:
        file = self.folder / name
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(file)]
        subprocess.run(words, check=True)
        return file

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _children(number: str) -> list[str]:
    """What a process of sshd has for a connection: those that are sshd too, and no launchers."""
    asked = ["ps", "-o", "pid=,comm=", "--ppid", number]
    rows = subprocess.run(asked, capture_output=True, text=True).stdout.splitlines()
    return [row.split()[0] for row in rows if "sshd" in row]


def _kill(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def _python() -> str:
    """An interpreter without any of our packages."""
    import sys

    return str(getattr(sys, "_base_executable", sys.executable))
