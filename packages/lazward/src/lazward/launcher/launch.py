"""The life of a launcher, from taking a job over to having told what came of it."""

import contextlib
import errno
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from lazward.environment.patience import Patience
from lazward.environment.prepare import Prepared, prepared
from lazward.errors import EnvironmentUnavailable, LazwardError
from lazward.launcher import execute, own_log
from lazward.launcher.cores import lent
from lazward.launcher.desk import Desk
from lazward.launcher.family import adopt_orphans, ended_when
from lazward.launcher.heart import Heart
from lazward.launcher.logs import Log, Sender
from lazward.launcher.outputs import Outputs
from lazward.launcher.own_log import say, say_why
from lazward.launcher.program import program, spread
from lazward.launcher.settings import Settings
from lazward.launcher.system_metrics import SystemMetrics
from lazward.launcher.workplace import workplace
from lazward.snapshot import snapshot
from lazward.wire.jobs import BUILD_LOG, LOG, Order, Problem, Report, State

_FULL = (errno.ENOSPC, errno.EDQUOT)
_CORES = "cores"
"""The folder beside those of jobs in which launchers say which processors they have."""


def launch(settings: Settings) -> int:
    """Run a job; the exit status, which is 0 unless the job was none of ours.

    Asked to end by a signal, as when its machine shuts down, it ends the script and tidies up without a word:
    the job counts as lost then and is started again elsewhere.
    """
    signal.signal(signal.SIGTERM, _asked_to_end)
    adopt_orphans()
    desk = Desk(settings)
    try:
        order = desk.begin()
    except LazwardError as error:
        say(f"The job {settings.run_id} is not run here: {error}")
        return 1
    _tell(desk, _done(settings, desk, order))
    if settings.own_log is not None:
        own_log.forget(settings.own_log)
    return 0


def _tell(desk: Desk, report: Report) -> None:
    """Tell what came of the job; if the server does not take the details, without them."""
    try:
        desk.insist(lambda: desk.report(report))
    except LazwardError as error:
        if desk.closed.is_set():  # it is over already, or another launcher's
            return
        say(f"What came of the job could not be told: {error}")
        plain = Report(state=report.state, error=report.error and Problem(report.error.code, str(error)))
        with contextlib.suppress(LazwardError):
            desk.insist(lambda: desk.report(plain))


def _done(settings: Settings, desk: Desk, order: Order) -> Report:
    """What came of a job, whatever happens here."""
    try:
        with workplace(settings.folder):
            return _run(settings, desk, order)
    except OSError as error:
        say_why()
        return _failed(_broken(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours must not leave the job without an end
        say_why()
        return _failed(Problem("Launcher", f"The launcher itself failed: {type(error).__name__}: {error}."))


def _run(settings: Settings, desk: Desk, order: Order) -> Report:
    log = Log(LOG, settings.folder / "std_log.txt", order.logs.get(LOG, 0))
    build = Log(BUILD_LOG, settings.folder / "build_log.txt", order.logs.get(BUILD_LOG, 0))
    with Heart(desk) as heart, Sender(desk, log, build):
        report = _attempt(settings, desk, order, heart, log, build)
        # What was ended because somebody wanted it to has not failed.
        stopped = heart.stop.is_set() and report.state is State.FAILED
        return Report(state=State.CANCELED, warnings=report.warnings) if stopped else report


def _attempt(settings: Settings, desk: Desk, order: Order, heart: Heart, log: Log, build: Log) -> Report:
    if order.job.attempt > 1:
        log.say(f"--- attempt {order.job.attempt} ---")
    folder = settings.folder / "code"
    try:
        with contextlib.ExitStack() as held:
            with ended_when(heart.stop.is_set):
                _fetch(desk, order, folder)
            patience = Patience(heart.stop)
            with ended_when(lambda: patience.over):
                environment = prepared(order.job.spec.environment, settings.cache, build.say, patience)
                found = held.enter_context(environment)
            return _script(settings, desk, order, heart, log, found, folder)
    except EnvironmentUnavailable as error:
        log.say(error.message)
        return _failed(Problem("Environment", error.message))
    except LazwardError as error:
        log.say(error.message)
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in _FULL:
            return _failed(_broken(error.__cause__))
        return _failed(Problem("Snapshot", error.message))


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
    if heart.stop.is_set():
        return Report(state=State.CANCELED)
    if spec.script and not (folder / spec.script).is_file():
        return _failed(_no_script(spec.script))
    with Outputs(desk, order.artifact_uri, folder, spec.watched, spec.watched_files) as outputs:
        with (
            SystemMetrics(desk, order.job.run_id),
            lent(order.cpus, settings.work / _CORES) as cores,
            program(settings, order, environment, folder) as call,
        ):
            desk.script_began = time.monotonic()
            heart.tell(State.RUNNING)
            if settings.spread:
                outcome = execute.execute(order, spread(settings), Path.cwd(), log, heart)
            else:
                outcome = execute.execute(order, call, folder, log, heart, cores)
        heart.tell(State.FINALIZING)
        outputs.finish()
    return Report(state=outcome.state, error=outcome.error, warnings=outputs.warnings)


def _failed(problem: Problem) -> Report:
    return Report(state=State.FAILED, error=problem)


def _no_script(script: str) -> Problem:
    return Problem(
        "Snapshot",
        f"There is no script {script!r} among the files sent; .amlignore or .gitignore may leave it out.",
    )


def _broken(error: OSError) -> Problem:
    """What to say where the machine itself fails."""
    where = "The machine that runs the job"
    if error.errno in _FULL:
        return Problem("DiskFull", f"{where} has no room left for its files. Make room, and submit it again.")
    return Problem("Launcher", f"{where} cannot keep its files: {error.strerror} ({error.filename}).")


def _asked_to_end(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # tidying up is under way
    sys.exit(128 + number)
