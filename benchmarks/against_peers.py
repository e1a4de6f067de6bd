"""Measure Lazward and its peers side by side, in one run, and print the table.

    make bench                                        quick, some minutes
    .venv/bin/python benchmarks/against_peers.py --size full --json figures.json

Everything stays on loopback and is ended at the end, also on Ctrl-C. The exit status is 1 when a server gave
a wrong answer; a missed goal is only shown, since a busy machine misses some.
"""

import argparse
import dataclasses
import json
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from suite import machine, report, rounds
from suite.plan import WORKLOADS
from suite.recipe import PRODUCTS
from suite.size import SIZES


def main() -> int:
    """Run the program."""
    asked = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    scratch = Path(tempfile.mkdtemp(prefix="lzbench", dir=asked.scratch))
    scratch.chmod(0o755)  # as root, PostgreSQL runs as a user of its own
    try:
        return _measure(asked, scratch)
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _end(_: int, __: object) -> None:
    """Stop measuring; once is enough, so that what was started can be ended in peace."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _measure(asked: argparse.Namespace, scratch: Path) -> int:
    size = SIZES[asked.size]
    size = dataclasses.replace(size, repetitions=asked.repetitions or size.repetitions)
    about = machine.describe(scratch) | {"size": asked.size, **dataclasses.asdict(size)}
    workloads = [workload for workload in WORKLOADS if not asked.only or workload.name in asked.only]
    results = rounds.run(workloads, asked.servers.split(","), size, scratch)
    print(f"\nSize {asked.size}. {machine.sentence(about)}\n\n{report.table(results)}")
    if asked.json:
        asked.json.write_text(json.dumps(report.document(results, about), indent=1))
    return bool(results.errors)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add(
        "--size", choices=SIZES, default="quick", help="goals are stated for full; smoke only tries the suite"
    )
    names = [workload.name for workload in WORKLOADS]
    add(
        "--only",
        choices=names,
        metavar="NAME",
        action="append",
        help=f"one of {', '.join(names)}; may be repeated",
    )
    add("--servers", default=",".join(PRODUCTS), help="comma-separated; default: %(default)s")
    add("--repetitions", type=int, help="how often each server has its turn")
    add("--scratch", type=Path, help="folder on the disk to measure, with a short path")
    add("--json", type=Path, metavar="FILE", help="write all figures here")
    asked = parser.parse_args()
    if unknown := set(asked.servers.split(",")) - set(PRODUCTS):
        parser.error(f"unknown servers: {', '.join(unknown)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
