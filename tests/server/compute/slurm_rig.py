"""Slurm as an engine for tests: launchers are batch jobs of a real cluster that do as the test says."""

import contextlib
import json
import secrets
import time

import psutil

from lazward.wire.slurm import SlurmSettings
from lazward_server.compute.commands import Here
from lazward_server.compute.slurm.engine import Slurm
from lazward_server.compute.slurm.programs import Program, Programs
from tests.server.compute.contract import Rig

PROGRAM = b"""
import json, os, pathlib, sys, time
os.environ.update(json.loads(sys.stdin.readline()))
folder = pathlib.Path(os.environ["STAND_IN"])
print(os.environ.get("SAYS", "to standard error"), file=sys.stderr, flush=True)
state = {"pid": os.getpid(), "env": dict(os.environ), "argv": sys.argv}
(folder / "new").write_text(json.dumps(state))
(folder / "new").rename(folder / "told")
eaten = bytearray(int(os.environ.get("EATS", 0)))
while not (folder / "finish").exists():
    time.sleep(0.02)
sys.exit(int(os.environ.get("EXIT", 3)))
"""
"""In place of the launcher: tells how it was started, and ends when it may."""


class SlurmRig(Rig):
    """Batch jobs of a real Slurm.

    Attributes:
        folder: Which the nodes share.
    """

    def __init__(self, slurm, folder, **settings):
        self.slurm = slurm
        self.folder = folder / "shared"
        self.settings = SlurmSettings(folder=str(self.folder), **settings)
        self._work = folder
        self._folders = {}
        self.commands = lambda: Here(self.slurm.variables)
        self.restart()

    def launch(self, run_id=None, attempt=1, *, wait=True, **variables):
        folder = self._work / secrets.token_hex(4)
        folder.mkdir()
        told = {"STAND_IN": str(folder), "LAZWARD_TOKEN": "lzt-secret", **variables}
        handle = super().launch(run_id, attempt, **told)
        self._folders[handle] = folder
        if wait:
            self.told(handle)
        return handle

    def told(self, handle):
        """How the launcher was started."""
        end, file = time.monotonic() + 30, self._folders[handle] / "told"
        while not file.exists():
            assert time.monotonic() < end, self.slurm.run("squeue", "--me", "-t", "all")
            time.sleep(0.02)
        return json.loads(file.read_text())

    def finish(self, handle):
        (self._folders[handle] / "finish").touch()

    def lose(self, handle):
        psutil.Process(self.told(handle)["pid"]).kill()

    def restart(self):
        programs = Programs(self.commands(), str(self.folder))
        self.engine = Slurm(self.settings, programs, lambda: Program("programs/stand-in", PROGRAM))

    def obstruct(self):
        """The folder that all of it shares cannot be made."""
        (self._work / "file").touch()
        self.folder = self._work / "file" / "folder"
        self.restart()

    def refuse(self, **settings):
        """Ask for what there is not."""
        self.settings = SlurmSettings(folder=str(self.folder), **settings)
        self.restart()

    def number(self, handle):
        return handle.partition(" ")[0]

    def end(self):
        for folder in self._folders.values():
            with contextlib.suppress(FileNotFoundError):
                (folder / "finish").touch()
        self.slurm.cancel_all()
