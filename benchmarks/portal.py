"""Measure the portal in Chromium, beside MLflow's own pages on the same data in the same run.

    .venv/bin/python benchmarks/portal.py
    .venv/bin/python benchmarks/portal.py --only runs --only compare --repetitions 5
    .venv/bin/python benchmarks/portal.py --alone --runs 1000 --points 100000

Each page is opened by a browser that has kept nothing. After the repetitions each measure is taken once more
with a trace, which slows pages down and so does not count; ``playwright show-trace FILE`` shows it.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser
from suite import machine
from suite.portal import loading, logged, sites
from suite.portal.measures import MEASURES, Measure
from suite.portal.sites import Site
from suite.portal.table import Taken, table
from suite.portal.visit import chromium
from suite.recipe import RECIPES
from suite.server import Server


def main() -> None:
    """Run the program."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A busy machine would have the peer's workers ended for answering their parent late.
    os.environ["UVICORN_TIMEOUT_WORKER_HEALTHCHECK"] = "60"
    asked.traces.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="lzbench", dir=asked.scratch))
    amounts = logged.Amounts(asked.runs, asked.keys, asked.points, asked.compared)
    about = machine.sentence(machine.describe(scratch))
    try:
        with contextlib.ExitStack() as running:
            shown = _sites(running, scratch, logged.experiments(amounts), alone=asked.alone)
            with chromium() as browser:
                measures = [one for one in MEASURES if not asked.only or one.name in asked.only]
                taken = _take(browser, shown, measures, asked.repetitions, asked.traces)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"\n{about}\n\n{table(taken)}\n\nTraces: {asked.traces}")
    if asked.json:
        asked.json.write_text(json.dumps(taken, indent=1))


def _sites(
    running: contextlib.ExitStack, scratch: Path, experiments: dict[str, list[logged.Run]], *, alone: bool
) -> list[Site]:
    ours = _started(running, "ours", scratch)
    _say("Logging to ours")
    shown = [sites.ours(ours.port, loading.through_api(ours.port, experiments))]
    if not alone:
        theirs = _started(running, "mlflow", scratch)
        _say("Loading into mlflow server")
        database = scratch / theirs.recipe.name / "mlflow.db"
        shown.append(sites.mlflow(theirs.port, loading.into_mlflow(database, experiments)))
    return shown


def _started(running: contextlib.ExitStack, name: str, scratch: Path) -> Server:
    server = Server(RECIPES[name], scratch, lambda: "")
    running.callback(server.end)
    _say(f"{server.recipe.title} started in {server.start():.1f} s")
    return server


def _take(
    browser: Browser, shown: list[Site], measures: list[Measure], repetitions: int, traces: Path
) -> Taken:
    taken: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for measure in measures:
        of = [site for site in shown if measure.peer or site.name == "ours"]
        for number in range(repetitions):
            for site in of[:: -1 if number % 2 else 1]:  # whoever comes second has a warmer machine
                figures = measure.take(browser, site, None)
                _say(f"{measure.name}, {site.name}: {figures}")
                for name, value in figures.items():
                    taken[site.name][name].append(value)
        for site in of:
            measure.take(browser, site, traces / f"{measure.name}-{site.name}.zip")
    return taken


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    names = [measure.name for measure in MEASURES]
    add("--only", choices=names, action="append", help="may be repeated")
    add("--repetitions", type=int, default=3, help="how often each page is measured; default: %(default)s")
    add("--alone", action="store_true", help="without MLflow's own pages")
    for name, of in vars(logged.Amounts()).items():
        add(f"--{name}", type=int, default=of, help="default: %(default)s")
    add("--scratch", type=Path, help="folder on the disk to measure")
    add("--traces", type=Path, default=Path("traces"), help="folder for traces; default: %(default)s")
    add("--json", type=Path, metavar="FILE", help="write all figures here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
