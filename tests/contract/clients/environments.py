"""Virtual environments with old MLflow clients, built once and kept outside the repository."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_OURS = HERE.parents[2] / "packages" / "lazward"
_DATA = tomllib.loads((HERE / "clients.toml").read_text())
_ONLY_BINARY = "numpy,pandas,scipy,scikit-learn,matplotlib,pyarrow"
"""What takes an hour to compile, and fails in the end."""


@dataclass(frozen=True)
class Client:
    """A stock MLflow client.

    Attributes:
        version: Of mlflow.
        python: Python versions it can run under, the preferred one first.
        pins: Requirements beside mlflow itself.
        lacks: Features of the scenario that this version does not have.
        plug_in: Whether our client is installed beside it.
    """

    version: str
    python: tuple[str, ...]
    pins: tuple[str, ...]
    lacks: frozenset[str]
    plug_in: bool = False

    @property
    def name(self) -> str:
        return self.version + (" with the plug-in" if self.plug_in else "")


class Unavailable(Exception):
    """The environment cannot be had on this machine; the text says why."""


CLIENTS = [
    Client(c["version"], tuple(c["python"]), tuple(c["pins"]), frozenset(c["lacks"]), c.get("plug_in", False))
    for c in _DATA["client"]
]
NEWEST_LACKS = frozenset(_DATA["newest"]["lacks"])


def python_with(client: Client) -> Path:
    """The interpreter of an environment that holds this client, built if it is not there yet.

    Raises:
        Unavailable: No suitable Python here, or no uv.
    """
    cache = Path(os.environ.get("LAZWARD_TEST_CACHE") or "~/.cache/lazward-tests").expanduser()
    folder = cache / f"mlflow-{client.version}-{_key(client)}"
    cache.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel test workers
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _build(client, folder)
            (folder / "complete").touch()
    return folder / "bin" / "python"


def _key(client: Client) -> str:
    parts: list[object] = [client.python, client.pins, client.plug_in]
    if client.plug_in:  # entry points are read when it is installed, and it is installed in place
        parts += [str(_OURS), (_OURS / "pyproject.toml").read_text()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def _build(client: Client, folder: Path) -> None:
    uv, python = _uv(), _interpreter(client.python)
    _run(uv, "venv", "-q", "--python", python, folder)
    requirements = [f"mlflow=={client.version}", "scikit-learn", "matplotlib", *client.pins]
    if client.plug_in:
        requirements += ["-e", str(_OURS)]  # as it is now, not as it was then
    to = ["--python", folder / "bin" / "python", "--only-binary", _ONLY_BINARY]
    _run(uv, "pip", "install", "-q", *to, *requirements)


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))} failed: {done.stderr}")


def _uv() -> Path:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise Unavailable("uv is neither in the environment of the tests nor on PATH")
    return Path(found)


def _interpreter(versions: tuple[str, ...]) -> Path:
    """A real interpreter: uv cannot work with the wrappers that version managers put on PATH."""
    for version in versions:
        for candidate in _candidates(version):
            if real := _executable(candidate, version):
                return real
    raise Unavailable(f"no Python {' or '.join(versions)} on this machine")


def _candidates(version: str) -> Iterator[Path]:
    homes = [os.environ.get("PYENV_ROOT") or "~/.pyenv", os.environ.get("ASDF_DATA_DIR") or "~/.asdf"]
    for home in homes:
        for where in (f"versions/{version}.*/bin/python", f"installs/python/{version}.*/bin/python"):
            yield from sorted(Path(home).expanduser().glob(where), reverse=True)
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)
    command = [_uv(), "python", "find", "--managed-python", "--no-python-downloads", version]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if not found.returncode:
        yield Path(found.stdout.strip())


def _executable(candidate: Path, version: str) -> Path | None:
    program = "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2], sep='\\n')"
    told = subprocess.run([candidate, "-c", program], capture_output=True, text=True, check=False)
    lines = told.stdout.splitlines()
    return Path(lines[0]) if told.returncode == 0 and lines[1:] == [version] else None
