"""The life of a launcher, from taking a job over to having told what came of it."""

import contextlib
import shutil
import sys
from pathlib import Path

from lazward.environment.prepare import Prepared, prepared
from lazward.errors import EnvironmentUnavailable, LazwardError
from lazward.launcher import execute
from lazward.launcher.desk import Desk
from lazward.launcher.execute import Outcome
from lazward.launcher.family import adopt_orphans
from lazward.launcher.heart import Heart
from lazward.launcher.logs import Log, Sender
from lazward.launcher.outputs import Outputs
from lazward.launcher.settings import Settings
from lazward.launcher.system_metrics import SystemMetrics
from lazward.launcher.variables import variables
from lazward.snapshot import snapshot
from lazward.wire.jobs import BUILD_LOG, LOG, Order, Problem, Report, State


def launch(settings: Settings) -> int:
    """Run a job; the exit status, which is 0 unless the job was none of ours."""
    adopt_orphans()
    desk = Desk(settings)
    try:
        order = desk.begin()
    except LazwardError as error:
        print(f"The job {settings.run_id} is not run here: {error}", file=sys.stderr)  # noqa: T201 - the engine's log
        return 1
    try:
        settings.folder.mkdir(mode=0o700, parents=True)
        report = _run(settings, desk, order)
    except OSError as error:
        report = Report(state=State.FAILED, error=_disk(error))
    finally:
        shutil.rmtree(settings.folder, ignore_errors=True)
    with contextlib.suppress(LazwardError):  # it is over already, or another launcher's
        desk.insist(lambda: desk.report(report))
    return 0


def _run(settings: Settings, desk: Desk, order: Order) -> Report:
    log = Log(LOG, settings.folder / "std_log.txt", order.logs.get(LOG, 0))
    build = Log(BUILD_LOG, settings.folder / "build_log.txt", order.logs.get(BUILD_LOG, 0))
    with Heart(desk) as heart, contextlib.suppress(_Refused), Sender(desk, log, build):
        return _attempt(settings, desk, order, heart, log, build)
    return Report(state=State.CANCELED)


class _Refused(LazwardError):
    """The server wants nothing of this job any more."""


def _attempt(settings: Settings, desk: Desk, order: Order, heart: Heart, log: Log, build: Log) -> Report:
    if order.job.attempt > 1:
        log.say(f"--- attempt {order.job.attempt} ---")
    folder = settings.folder / "code"
    try:
        _fetch(desk, order, folder)
        with prepared(order.job.spec.environment, settings.cache, build.say) as environment:
            return _script(settings, desk, order, heart, log, environment, folder)
    except EnvironmentUnavailable as error:
        log.say(error.message)
        return Report(state=State.FAILED, error=Problem("Environment", error.message))
    except LazwardError as error:
        log.say(error.message)
        return Report(state=State.FAILED, error=Problem("Snapshot", error.message))


def _fetch(desk: Desk, order: Order, folder: Path) -> None:
    """The files of the job, as they were when it was submitted."""
    number = order.job.spec.snapshot_id
    if number is None:
        folder.mkdir()
    else:
        desk.insist(lambda: snapshot.restore(desk.at, number, folder))


def _script(
    settings: Settings,
    desk: Desk,
    order: Order,
    heart: Heart,
    log: Log,
    environment: Prepared,
    folder: Path,
) -> Report:
    spec = order.job.spec
    if spec.script and not (folder / spec.script).is_file():
        return Report(state=State.FAILED, error=_no_script(spec.script))
    told = variables(settings, order, environment, folder)
    with Outputs(desk, order.artifact_uri, folder, spec.watched) as outputs:
        with SystemMetrics(desk, order.job.run_id):
            heart.tell(State.RUNNING)
            outcome = execute.execute(order, execute.argv(spec, environment), folder, told, log, heart)
        heart.tell(State.FINALIZING)
        outputs.finish()
    return _report(outcome, outputs.warnings)


def _report(outcome: Outcome, warnings: list[str]) -> Report:
    return Report(state=outcome.state, error=outcome.error, warnings=warnings)


def _no_script(script: str) -> Problem:
    return Problem(
        "Snapshot",
        f"There is no script {script!r} among the files sent; .amlignore or .gitignore may leave it out.",
    )


def _disk(error: OSError) -> Problem:
    return Problem("DiskFull", f"The machine that runs the job cannot keep its files: {error.strerror}.")
