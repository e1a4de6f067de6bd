"""A Slurm of three nodes on this machine, for tests: real daemons on ports of their own."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

NODES = ("n1", "n2", "n3")
_AT_WORK = ("idle", "mixed", "allocated")
_SIZE = "CPUs=2 RealMemory=4000"
_PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
_CONF = """
ClusterName=lab
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/ctld
SlurmdSpoolDir={folder}/d/%n
SlurmctldPidFile={folder}/ctld.pid
SlurmdPidFile={folder}/d/%n.pid
SlurmctldLogFile={folder}/log/ctld.log
SlurmdLogFile={folder}/log/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=500
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/log/jobcomp.txt
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
MinJobAge=600
SlurmctldTimeout=10
MessageTimeout=3
SlurmdTimeout=10
KillWait=2
OverTimeLimit=0
PropagateResourceLimits=NONE
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0
{nodes}
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
PartitionName=short Nodes=ALL MaxTime=60 State=UP
"""


class Slurm:
    """The daemons.

    Args:
        folder: Where they keep what they have.

    Attributes:
        variables: An environment in which Slurm's programs speak to them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._conf = folder / "slurm.conf"
        self.variables = {**os.environ, "SLURM_CONF": str(self._conf), "SBATCH_OUTPUT": "/dev/null"}

    def start(self) -> None:
        for name in ("ctld", "log", "munge", *(f"d/{one}" for one in NODES)):
            (self.folder / name).mkdir(parents=True)
        self._conf.write_text(self._configured())
        self._start_munge()
        self.start_controller("-c")
        for node in NODES:
            self.start_node(node)

    def stop(self) -> None:
        with contextlib.suppress(AssertionError):
            self.cancel_all()
        self._try("scontrol", "shutdown")
        psutil.wait_procs(there := self._daemons(), timeout=2)
        for process in there:
            with contextlib.suppress(psutil.Error):
                process.kill()

    def run(self, *words: str) -> str:
        """What one of Slurm's programs says."""
        done = self._try(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def cancel_all(self) -> None:
        """End all jobs, and wait until they have."""
        self._try("scancel", "--me")
        self._until(lambda: not self._try("squeue", "-h", "--me").stdout, seconds=10)

    def state(self, number: str) -> str:
        """The state of a job, by its number."""
        return self.run("squeue", "-h", "-t", "all", "-j", number, "-o", "%T").strip()

    def start_controller(self, *options: str) -> None:
        subprocess.run(["slurmctld", "-f", self._conf, *options], check=True, env=self.variables)
        self._until(lambda: self._try("scontrol", "ping").stdout.count(" is UP"))

    def until_nodes_answer(self) -> None:
        """Wait until the controller has heard of all nodes."""
        for node in NODES:
            self._until(lambda node=node: self._node_state(node) in _AT_WORK)

    def stop_controller(self) -> None:
        """End the controller at once; its nodes go on."""
        process = psutil.Process(int((self.folder / "ctld.pid").read_text()))
        process.kill()
        process.wait(10)

    def start_node(self, node: str) -> None:
        subprocess.run(["slurmd", "-f", self._conf, "-N", node], check=True, env=self.variables)
        self._until(lambda: self._node_state(node) in _AT_WORK)

    def restart_nodes(self) -> None:
        """Let all nodes begin anew, as after the controller has forgotten what it knew."""
        for node in NODES:
            self.kill_node(node)
            self.start_node(node)

    def kill_node(self, node: str) -> None:
        """Switch a node off: its daemon and all that its jobs started are gone."""
        daemon = psutil.Process(int((self.folder / "d" / f"{node}.pid").read_text()))
        there = [one for one in psutil.process_iter() if self._belongs(one, node)]
        steps = [one.parent() for one in there]
        for process in (daemon, *steps, *there):
            if process is not None and process.is_running() and process.pid > 1:
                process.kill()

    def _belongs(self, process: psutil.Process, node: str) -> bool:
        """Whether a process is of a job on a node."""
        with contextlib.suppress(psutil.Error):
            told = process.environ()
            return told.get("SLURMD_NODENAME") == node and told.get("SLURM_CONF") == str(self._conf)
        return False

    def _node_state(self, node: str) -> str:
        return self._try("sinfo", "-h", "-n", node, "-p", "debug", "-o", "%T").stdout.strip()

    def _daemons(self) -> list[psutil.Process]:
        """What of this cluster runs."""
        names = ("munged", "slurmctld", "slurmd", "slurmstepd")
        there = [one for one in psutil.process_iter() if one.name() in names]
        return [one for one in there if self._is_ours(one)]

    def _is_ours(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error):
            sockets = [str(one.laddr) for one in process.net_connections("unix")]
            return any(str(self.folder) in one for one in (*process.cmdline(), *sockets))
        return False

    def _start_munge(self) -> None:
        folder = self.folder / "munge"
        folder.chmod(0o755)
        key = folder / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        files = {name: folder / name for name in ("socket", "pid-file", "log-file", "seed-file")}
        options = [f"--{name}={file}" for name, file in files.items()]
        subprocess.run([_find("munged"), "--force", f"--key-file={key}", *options], check=True)

    def _configured(self) -> str:
        from tests.conftest import free_port

        host = socket.gethostname().partition(".")[0]
        nodes = "\n".join(
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={free_port()} {_SIZE}"
            for node in NODES
        )
        return _CONF.format(host=host, port=free_port(), folder=self.folder, nodes=nodes)

    def _try(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(words, capture_output=True, text=True, env=self.variables, check=False)

    def _until(self, holds: Callable[[], object], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, (self.folder / "log" / "ctld.log").read_text()[-2000:]
            time.sleep(0.05)


def _find(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


@pytest.fixture(scope="session")
def slurm(tmp_path_factory) -> Iterator[Slurm]:
    """A Slurm for the session; tests that use it are of the group ``slurm``, so that there is one."""
    if os.getuid() or not all(map(_find, _PROGRAMS)):
        pytest.skip("there is no Slurm here, or nobody who may start it")
    running = Slurm(tmp_path_factory.mktemp("slurm"))
    try:
        running.start()
        yield running
    finally:
        running.stop()
