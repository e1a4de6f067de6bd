"""Measure how long a job waits for its environment: built anew, and kept, beside uv on its own.

    .venv/bin/python benchmarks/environments.py
    .venv/bin/python benchmarks/environments.py --rounds 5 --download
    .venv/bin/python benchmarks/environments.py numpy pandas

Ours has our own packages and what they need on top of what is asked for. With --download uv's own cache is
empty each time, so the network is measured too; else everything has been fetched before.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from suite import machine

from lazward.environment.virtual import find_uv

_CHILD = Path(__file__).with_name("suite") / "prepared.py"
_PACKAGES = ["mlflow-skinny", "scikit-learn"]
_ROWS = {"uv": "uv venv, uv pip install", "ours": "ours, built", "kept": "ours, kept"}
_MOST_RATIO = 1.3
_MOST_KEPT = 0.3


def main() -> None:
    """Run the program."""
    asked = _arguments()
    scratch = Path(tempfile.mkdtemp(prefix="lzbench", dir=asked.scratch))
    try:
        about = machine.describe(scratch)
        print(f"{about['cpu']}, Python {about['python']}; the load was {about['load_before']:.2f} before.")
        print(_table(_interleaved(asked, scratch)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _interleaved(asked: argparse.Namespace, scratch: Path) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in _ROWS}
    if not asked.download:
        _bare(asked.packages, scratch / "first")
        _ours(asked.packages, scratch / "first-of-ours")
    for number in range(asked.rounds):
        home = scratch / f"ours-{number}"
        for name in ("uv", "ours") if number % 2 else ("ours", "uv"):
            if asked.download:
                os.environ["UV_CACHE_DIR"] = str(scratch / f"uv-{name}-{number}")
            folder = scratch / f"bare-{number}"
            found[name].append(_bare(asked.packages, folder) if name == "uv" else _ours(asked.packages, home))
        found["kept"].append(_ours(asked.packages, home))
    return found


def _bare(packages: list[str], folder: Path) -> float:
    """Uv on its own."""
    uv = find_uv()
    begin = time.perf_counter()
    _run([uv, "venv", "--python", sys.executable, folder])
    _run([uv, "pip", "install", "--python", folder / "bin" / "python", *packages])
    return time.perf_counter() - begin


def _ours(packages: list[str], folder: Path) -> float:
    return float(_run([sys.executable, _CHILD, folder, *packages]).splitlines()[-1])


def _run(command: list) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def _table(found: dict[str, list[float]]) -> str:
    lines = ["", "| an environment | median | least | most |", "|---|--:|--:|--:|"]
    for name, words in _ROWS.items():
        seconds = found[name]
        cells = [f"{one:.2f} s" for one in (statistics.median(seconds), min(seconds), max(seconds))]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    ratio = statistics.median(ours / bare for ours, bare in zip(found["ours"], found["uv"], strict=True))
    lines += ["", "| | | goal, at most |", "|---|--:|--:|"]
    lines.append(f"| built, beside uv in the same round | {ratio:.2f} | {_MOST_RATIO} |")
    lines.append(f"| kept | {statistics.median(found['kept']):.2f} s | {_MOST_KEPT} s |")
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", nargs="*", default=_PACKAGES, help="what pip is asked for")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--download", action="store_true", help="fetch everything anew each time")
    parser.add_argument("--scratch", type=Path, help="a folder on the disk to measure")
    return parser.parse_args()


if __name__ == "__main__":
    main()
