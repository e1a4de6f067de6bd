"""The ``lazward`` command in a fork of the test's process: one of its own, without the imports."""

import logging
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import lazward.client.http
import lazward_server.app
import lazward_server.cli  # noqa: F401 - for forks
from lazward.cli import main


def lazward(
    *arguments: object,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    timeout: float = 120,
) -> "subprocess.CompletedProcess[str]":
    """Run a command; what it wrote and its status as ``subprocess.run`` tells them.

    Raises:
        subprocess.TimeoutExpired: It took longer, and was killed.
    """
    words = [str(argument) for argument in arguments]
    with _file() as given, _file() as out, _file() as err:
        given.write(stdin)
        given.seek(0)
        streams = [stream.fileno() for stream in (given, out, err)]
        process = multiprocessing.get_context("fork").Process(
            target=_run, args=(words, dict(os.environ if env is None else env), cwd, streams)
        )
        process.start()
        process.join(timeout)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(words, timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(words, process.exitcode or 0, out.read(), err.read())


def _file() -> IO[str]:
    return tempfile.TemporaryFile("w+")


def _run(words: list[str], env: dict[str, str], cwd: Path | str | None, streams: list[int]) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - for as long as it lives
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    logging.getLogger().handlers.clear()  # pytest's own
    os.environ.clear()
    os.environ.update(env)
    if cwd is not None:
        os.chdir(cwd)
    sys.exit(main.run(words))
