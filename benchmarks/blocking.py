"""Measure how long a training is held up by each call that logs, and what a spool takes.

    .venv/bin/python benchmarks/blocking.py
    .venv/bin/python benchmarks/blocking.py --rounds 5 --points 0

Compares our plug-in, the stock client against the same server, and Trackio's own ``log``, which needs none;
then logs a million points through our store, as fast as it takes them, and watches the spool's folder and the
memory of the process.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from suite import environments, machine, own, usage

_CHILD = Path(__file__).with_name("suite") / "blocked.py"
_ROWS = {
    "ours": "mlflow.log_metric, our plug-in",
    "store": "  of which our tracking store",
    "stock": "mlflow.log_metric, stock client",
    "trackio": "trackio.log",
}
_GOALS = (("stock", 1 / 50), ("trackio", 2.0))


def main() -> None:
    """Run the program."""
    asked = _arguments()
    scratch = Path(tempfile.mkdtemp(prefix="lzbench", dir=asked.scratch))
    try:
        print(machine.sentence(machine.describe(scratch)))
        with own.running(scratch) as server:
            clients = _clients(scratch, server.address, asked.calls)
            found = _interleaved(clients, asked.rounds)
            print(_table(found))
            if asked.points:
                print(_million(clients["store"][:-1], scratch, asked.points))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _clients(scratch: Path, address: str, calls: int) -> dict[str, list[str]]:
    """The command of each client."""
    plugin = f"lazward+{address}/workspaces/default"
    other = environments.program("trackio", "python")
    return {
        "ours": [sys.executable, str(_CHILD), "mlflow", plugin, str(calls)],
        "store": [sys.executable, str(_CHILD), "store", plugin, str(calls)],
        "stock": [sys.executable, str(_CHILD), "mlflow", f"{address}/workspaces/default", str(calls // 20)],
        "trackio": [other, str(_CHILD), "trackio", str(scratch / "trackio"), str(calls)],
    }


def _interleaved(clients: dict[str, list[str]], rounds: int) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in clients}
    for _ in range(rounds):
        for name, command in clients.items():
            found[name].append(_child(command))
    return found


def _child(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def _environment() -> dict[str, str]:
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true"}
    quiet |= {"HF_HUB_OFFLINE": "1", "NO_PROXY": "127.0.0.1"}
    return os.environ | quiet


def _table(found: dict[str, list[dict[str, float]]]) -> str:
    middle = {
        (name, share): statistics.median(one[share] for one in rounds)
        for name, rounds in found.items()
        for share in ("p50", "p99", "p999", "mean", "end")
    }
    lines = ["", "| a call that logs | p50 | p99 | p99.9 | mean | end of run |", "|---|--:|--:|--:|--:|--:|"]
    for name, words in _ROWS.items():
        cells = [f"{middle[name, share]:,.1f} us" for share in ("p50", "p99", "p999", "mean")]
        lines.append(f"| {words} | {' | '.join(cells)} | {middle[name, 'end']:.2f} s |")
    lines += ["", "| ours beside | p50 | p99 | goal, at most |", "|---|--:|--:|--:|"]
    for other, goal in _GOALS:
        cells = [f"{middle['ours', share] / middle[other, share]:.3f}" for share in ("p50", "p99")]
        lines.append(f"| {_ROWS[other]} | {' | '.join(cells)} | {goal:g} |")
    return "\n".join(lines)


def _million(command: list[str], scratch: Path, points: int) -> str:
    """Log many points, and watch."""
    disk = memory = first = 0.0
    start = time.monotonic()
    child = subprocess.Popen([*command, str(points)], env=_environment(), stdout=subprocess.DEVNULL)
    while child.poll() is None:
        memory = max(memory, rss := usage.rss_mib([child.pid]))
        if spooled := _size(scratch / "spools"):
            disk, first = max(disk, spooled), first or rss
        time.sleep(0.05)
    took = time.monotonic() - start
    return (
        f"\n{points:,} points, all on the server after {took:.0f} s: spool at most {disk / 2**20:.1f} MiB,"
        f" memory of the process at most {memory:.0f} MiB ({memory - first:.0f} more than at the first point)"
    )


def _size(folder: Path) -> int:
    total = 0
    for file in folder.glob("*/*.log"):
        with contextlib.suppress(OSError):
            total += file.stat().st_size
    return total


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--calls", type=int, default=20_000, help="calls of each client; a 20th of the stock one"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each client is measured")
    parser.add_argument("--points", type=int, default=1_000_000, help="for the spool's size; 0 leaves it out")
    parser.add_argument("--scratch", type=Path, help="a folder on the disk to measure")
    return parser.parse_args()


if __name__ == "__main__":
    main()
