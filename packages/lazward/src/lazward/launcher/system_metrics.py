"""What the machine does while a job runs, as MLflow's system metrics."""

import shutil
import subprocess
import threading
import time
from types import TracebackType

import psutil

from lazward.client.http import API
from lazward.errors import LazwardError
from lazward.launcher.desk import Desk
from lazward.launcher.own_log import say_why
from lazward.wire.base import Empty
from lazward.wire.metrics import LogBatch, Point

_EVERY = 10.0
_MIB = 2**20
_GPU = "utilization.gpu,memory.used,memory.total,power.draw"


class SystemMetrics:
    """Logs inside a ``with`` block, every ten seconds; what cannot be sent is left out.

    Names and units are those of MLflow's own system metrics (``mlflow.system_metrics``).

    Args:
        desk: Whom to tell.
        run_id: The run to log to.
        node: Which of the job's nodes this is; the first has the plain names.
    """

    def __init__(self, desk: Desk, run_id: str, node: int = 0) -> None:
        self._desk = desk
        self._run_id = run_id
        self._prefix = f"system/node_{node}/" if node else "system/"
        self._first: dict[str, int] | None = None
        self._step = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lazward-system-metrics", daemon=True)

    def __enter__(self) -> "SystemMetrics":
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        self._look()
        while not self._ending.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        try:
            if self._first is None:
                psutil.cpu_percent()  # what it tells next counts from here
                self._first = _counters()
            else:
                self._log(measure(self._first))
        except LazwardError:
            return  # what cannot be sent is left out
        except Exception:  # noqa: BLE001 - what cannot be measured now may be later
            say_why()

    def _log(self, values: dict[str, float]) -> None:
        time_ = int(time.time() * 1000)
        points = [Point(self._prefix + name, value, time_, self._step) for name, value in values.items()]
        self._desk.at.post(API + "runs/log-batch", LogBatch(run_id=self._run_id, metrics=points), Empty)
        self._step += 1


def measure(first: dict[str, int]) -> dict[str, float]:
    """What the machine does now, and what went over its network since the first count."""
    memory, disk = psutil.virtual_memory(), psutil.disk_usage("/")
    values: dict[str, float] = {
        "cpu_utilization_percentage": psutil.cpu_percent(),
        "system_memory_usage_megabytes": memory.used / _MIB,
        "system_memory_usage_percentage": memory.percent,
        "disk_usage_megabytes": disk.used / _MIB,
        "disk_usage_percentage": disk.percent,
        "disk_available_megabytes": disk.free / _MIB,
    }
    values |= {name: (count - first.get(name, 0)) / _MIB for name, count in _counters().items()}
    return values | _gpus()


def _counters() -> dict[str, int]:
    counted = psutil.net_io_counters()
    return {
        "network_receive_megabytes": counted.bytes_recv,
        "network_transmit_megabytes": counted.bytes_sent,
    }


def _gpus() -> dict[str, float]:
    """What NVIDIA's own program tells of graphics processors; nothing where it is missing."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return {}
    try:
        told = subprocess.run(  # noqa: S603 - a program of the driver
            [program, f"--query-gpu={_GPU}", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    values: dict[str, float] = {}
    for number, line in enumerate(told.stdout.splitlines()):
        values |= _gpu(number, line)
    return values


def _gpu(number: int, line: str) -> dict[str, float]:
    try:
        used_percent, used, total, watts = (float(cell) for cell in line.split(","))
    except ValueError:  # a driver that does not know one of them
        return {}
    return {
        f"gpu_{number}_utilization_percentage": used_percent,
        f"gpu_{number}_memory_usage_megabytes": used,
        f"gpu_{number}_memory_usage_percentage": 100 * used / total if total else 0.0,
        f"gpu_{number}_power_usage_watts": watts,
    }
