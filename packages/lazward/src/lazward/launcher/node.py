"""What a server does on a host that it reaches by commands alone: start launchers, look for them, end them.

The server sends this program along with each question, so nothing of it need be on the host but Python and
``/proc``. A question is one line of JSON on standard input, the answer one on standard output. It is read by
whatever Python the host has: what is newer than Python 3.6 would hide the clear error.
"""

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

OLDEST = (3, 10)
MARK = b"LAZWARD_LAUNCH="
_ROUNDS = 20
_KEPT = 30 * 86400
_TAIL = 1500


def start(asked: "dict[str, Any]") -> "dict[str, Any]":
    """Start a launcher that outlives this connection; ``missing`` if its bundle is not there yet.

    It is known by its number with a mark in its environment, since numbers are used again.
    """
    folder = _folder(asked)
    bundle = os.path.join(folder, asked["bundle"])
    if not os.path.exists(bundle):
        return {"missing": True}
    _forget(os.path.join(folder, "logs"))
    log = _log(folder, asked["mark"])
    with open(log, "ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", bundle, os.path.join(folder, "launchers")],
            cwd=folder,
            env=dict(os.environ, **dict(asked["environment"], LAZWARD_LAUNCH=asked["mark"])),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    told = dict(asked["variables"], LAZWARD_WORK_DIR=os.path.join(folder, "work"))
    told["LAZWARD_LAUNCHER_LOG"] = log
    pipe = process.stdin
    if pipe is not None:
        try:
            pipe.write(json.dumps(told).encode() + b"\n")
            pipe.close()
        except BrokenPipeError:  # it has ended already, and its log says why
            pass
    return {"pid": process.pid}


def put(asked: "dict[str, Any]") -> "dict[str, Any]":
    """Keep the bundle that follows on standard input; it has its name once it is whole."""
    folder = _folder(asked)
    os.makedirs(os.path.join(folder, "logs"), mode=0o700, exist_ok=True)
    os.makedirs(os.path.join(folder, "work"), mode=0o700, exist_ok=True)
    part = os.path.join(folder, f"{asked['bundle']}.{os.getpid()}")
    with open(part, "wb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out)
    if os.path.getsize(part) != asked["size"]:
        os.unlink(part)
        return {"error": "the launcher arrived in part only"}
    os.rename(part, os.path.join(folder, asked["bundle"]))
    return {}


def poll(asked: "dict[str, Any]") -> "dict[str, Any]":
    """Which launchers are there, by their marks."""
    return {"there": [mark for number, mark in asked["launchers"] if is_there(number, mark)]}


def is_there(number: int, mark: str) -> bool:
    """Whether a process lives and has this mark; not so where we may not look, as it is another's then."""
    try:
        with open(f"/proc/{number}/stat", "rb") as file:
            state = file.read().rpartition(b")")[2].split()[0]
        with open(f"/proc/{number}/environ", "rb") as file:
            return state not in (b"Z", b"X") and MARK + mark.encode() in file.read().split(b"\0")
    except (OSError, IndexError):
        return False


def cancel(asked: "dict[str, Any]") -> "dict[str, Any]":
    """End a launcher and all that it has started, whoever its parent is by now."""
    number, mark = asked["launcher"]
    if is_there(number, mark):
        _kill(number)  # first, so that it starts nothing more and tells nothing
    for _ in range(_ROUNDS):
        left = [one for one in _processes() if is_there(one, mark)]
        if not left:
            break
        for one in left:
            _kill(one)
        time.sleep(0.05)
    log = _log(_folder(asked), mark)
    if os.path.exists(log) and not os.path.getsize(log):
        os.unlink(log)
    return {}


def why(asked: "dict[str, Any]") -> "dict[str, Any]":
    """The last that a launcher printed, and whether the host ran out of memory, as far as it says so."""
    try:
        with open(_log(_folder(asked), asked["mark"]), "rb") as file:
            file.seek(max(0, os.path.getsize(file.name) - _TAIL))
            return {"words": file.read().decode("utf-8", "replace")}
    except OSError:
        return {"words": ""}


def look(asked: "dict[str, Any]") -> "dict[str, Any]":
    """What the host has."""
    folder = _folder(asked)
    disk = shutil.disk_usage(folder)
    return {
        "python": platform.python_version(),
        "fits": sys.version_info >= OLDEST,
        "executable": sys.executable,
        "system": platform.system(),
        "machine": platform.machine(),
        "proc": os.path.exists("/proc/self/environ"),
        "uv": shutil.which("uv") or "",
        "venv": _has_venv(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "gpus": _gpus(),
        "folder": folder,
        "disk_free_bytes": disk.free,
        "bundle": os.path.exists(os.path.join(folder, asked["bundle"])),
    }


def doctor(asked: "dict[str, Any]") -> "dict[str, Any]":
    """What the launcher of this host finds on its way to the server."""
    folder = _folder(asked)
    words = [sys.executable, "-I", os.path.join(folder, asked["bundle"]), os.path.join(folder, "launchers")]
    words += ["--module", "lazward.launcher.doctor", asked["server_url"]]
    done = subprocess.run(  # noqa: S603, UP022 - our own program; the short form is newer than Python 3.6
        words,
        check=False,
        env=dict(os.environ, **asked["environment"]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return {
        "exit_code": done.returncode,
        "stdout": done.stdout.decode("utf-8", "replace"),
        "stderr": done.stderr.decode("utf-8", "replace")[-_TAIL:],
    }


def _has_venv() -> bool:
    try:
        import ensurepip
        import venv
    except ImportError:
        return False
    return bool(ensurepip and venv)


def _gpus() -> int:
    try:
        return len(os.listdir("/proc/driver/nvidia/gpus"))
    except OSError:
        return 0


def _folder(asked: "dict[str, Any]") -> str:
    folder = os.path.join(os.path.expanduser("~"), asked["folder"])
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder


def _log(folder: str, mark: str) -> str:
    return os.path.join(folder, "logs", mark + ".log")


def _forget(logs: str) -> None:
    """Remove what launchers printed which ended long ago."""
    for name in os.listdir(logs):
        path = os.path.join(logs, name)
        try:
            if os.path.getmtime(path) < time.time() - _KEPT:
                os.unlink(path)
        except OSError:
            pass


def _processes() -> "list[int]":
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _kill(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
    except OSError:
        pass


def main(asked: "dict[str, Any]") -> None:
    """Answer a question."""
    os.umask(0o077)
    asks = {
        "start": start,
        "put": put,
        "poll": poll,
        "cancel": cancel,
        "why": why,
        "look": look,
        "doctor": doctor,
    }
    try:
        answer = asks[asked["ask"]](asked)
    except OSError as error:
        answer = {"error": f"{error.filename or asked['ask']}: {error.strerror}"}
    sys.stdout.write(json.dumps(answer) + "\n")
