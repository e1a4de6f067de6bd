"""The batch script in which a launcher runs on Slurm: whole in itself, and no secret in it."""

import shlex
from collections.abc import Iterator

from lazward.wire.jobs import MOST_SECONDS
from lazward.wire.slurm import SlurmSettings
from lazward_server.compute.engine import Launch

PROGRAMS = "programs"
"""Where programs are that were brought along, below the target's folder."""
PYTHON = "python3"
MEMBER = "lazward.launcher.member"
_OPTIONS = (
    "partition", "account", "qos", "mem", "mem_per_cpu", "mem_per_gpu", "cpus_per_task", "gres",
    "gpus_per_node", "constraint", "reservation", "nodelist", "exclude", "licenses", "tmp", "nice",
)  # fmt: skip
_SPARE_MINUTES = 10
"""What Slurm allows beyond a job's own limit, for preparing and for its files."""
_TEMPORARY = """\
export LAZWARD_WORK_DIR="${TMPDIR:-/tmp}/lazward-$(id -u)"
mkdir -p -m 700 "$LAZWARD_WORK_DIR" && [ -O "$LAZWARD_WORK_DIR" ] && [ ! -L "$LAZWARD_WORK_DIR" ] || {
    echo "$LAZWARD_WORK_DIR is not this user's own folder." >&2; exit 73; }"""


def log_of(name: str) -> str:
    """Where the launcher of a job prints to, below the target's folder."""
    return f"launchers/{name}.log"


def variables_of(name: str) -> str:
    """Where the launcher of a job finds its variables, the token among them, below the target's folder."""
    return f"tokens/{name}"


def write(settings: SlurmSettings, launch: Launch, name: str, program: str) -> str:
    """The script. It runs in the target's folder.

    Args:
        settings: The target's.
        launch: What is to run.
        name: The job's name for Slurm.
        program: Where the launcher is, below the target's folder.
    """
    variables = shlex.quote(variables_of(name))
    interpreter = shlex.quote(settings.python or PYTHON)
    lines = [
        "#!/bin/bash -l",
        *(f"#SBATCH --{option}" for option in _options(settings, launch, name)),
        *([settings.setup] if settings.setup else []),
        f'export LAZWARD_LAUNCHER_LOG="$PWD"/{shlex.quote(log_of(name))}',
        _work(settings),
        'export LAZWARD_CONFIG_DIR="$PWD/config"',
        *_spread(settings, launch, interpreter, program),
        f"exec 0< {variables} || exit 77",
        f"rm -f {variables}",
        f"exec {interpreter} -I {shlex.quote(program)} {PROGRAMS}",
    ]
    return "\n".join([*lines, ""])


def _options(settings: SlurmSettings, launch: Launch, name: str) -> Iterator[str]:
    yield f"job-name={name}"
    yield f"output={log_of(name)}"
    yield "open-mode=append"
    yield "no-requeue"  # each start is an attempt, which Lazward counts
    yield f"nodes={launch.node_count}"
    yield "ntasks-per-node=1"
    if time := _time(settings, launch):
        yield f"time={time}"
    for option in _OPTIONS:
        if value := getattr(settings, option):
            yield f"{option.replace('_', '-')}={value}"
    if settings.exclusive:
        yield "exclusive"


def _time(settings: SlurmSettings, launch: Launch) -> str:
    if settings.time or launch.max_seconds >= MOST_SECONDS:
        return settings.time
    return str(-(-launch.max_seconds // 60) + _SPARE_MINUTES)


def _spread(settings: SlurmSettings, launch: Launch, interpreter: str, program: str) -> Iterator[str]:
    """How the launcher starts what runs on each node, where there are several processes."""
    if launch.processes == 1:
        return
    cpus = [f"--cpus-per-task={settings.cpus_per_task}"] if settings.cpus_per_task else []
    step = ["srun", f"--nodes={launch.node_count}", f"--ntasks={launch.node_count}", "--ntasks-per-node=1"]
    step += [*cpus, "--kill-on-bad-exit=1", "--export=ALL", "--input=none", interpreter, "-I"]
    words = [*step, shlex.quote(program), PROGRAMS, "--module", MEMBER]
    yield f"export LAZWARD_SPREAD={shlex.quote(' '.join(words))}"


def _work(settings: SlurmSettings) -> str:
    return f"export LAZWARD_WORK_DIR={shlex.quote(settings.work)}" if settings.work else _TEMPORARY
