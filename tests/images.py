"""Images for tests, made of this machine's own interpreter, and the engine that runs them.

Nothing is fetched: a shell, the interpreter without its packages, and the libraries that both need.
"""

import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lazward.environment import virtual

IMAGE = "localhost/lazward-test:python"
PREFIX = "opt/python"
_TOOLS = ("/bin/sh", "/usr/bin/env", "/bin/sleep", "/bin/cat", "/usr/bin/id")
_LEFT_OUT = re.compile(
    r"/(site-packages|test|tests|idlelib|tkinter|ensurepip|config-[^/]*|__pycache__)(/|$)|\.a$"
)
_LIBRARY = re.compile(r"(/\S+) \(0x")


@pytest.fixture(scope="session")
def podman(tmp_path_factory) -> Iterator[dict[str, str]]:
    """Variables under which Podman has ``IMAGE``, in a store of its own."""
    if shutil.which("podman") is None:
        pytest.skip("there is no Podman here")
    folder = tmp_path_factory.mktemp("podman")
    variables = _configured(folder)
    made = ("import", "--change", f"ENV PATH=/{PREFIX}/bin:/bin", str(_rootfs(folder)), IMAGE)
    try:
        for words in (made, ("run", "--rm", IMAGE, "python3", "-c", "print(1)")):
            tried = _podman(variables, *words)
            if tried.returncode != 0:
                pytest.skip(f"Podman runs nothing here: {tried.stderr.strip()}")
        yield variables
    finally:
        _podman(variables, "rm", "-af")
        _podman(variables, "rmi", "-af")


@pytest.fixture
def docker(tmp_path) -> Iterator[dict[str, str]]:
    """Variables under which a ``docker`` answers; its program is Podman's, where that is there."""
    folder = tmp_path / "docker"
    folder.mkdir()
    (folder / "docker").write_text(f'#!/bin/sh\nexec {shutil.which("podman") or "false"} "$@"\n')
    (folder / "docker").chmod(0o755)
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(folder / "s"))
        line.listen()
        yield {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "DOCKER_HOST": f"unix://{folder}/s"}


def containers(variables: dict[str, str]) -> list[str]:
    """The names of all containers there are."""
    told = _podman(variables, "ps", "-a", "--format", "{{.Names}}")
    assert told.returncode == 0, told.stderr
    return told.stdout.split()


def _podman(variables: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    surroundings = {**os.environ, **variables}
    return subprocess.run(["podman", *words], env=surroundings, capture_output=True, text=True)


def _configured(folder: Path) -> dict[str, str]:
    """A store of its own, and limits and a runtime that do inside a container or sandbox as well."""
    files, processes = (min(4096, _hard(one)) for one in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC))
    runtime = '[engine]\nruntime = "runc"\n' if shutil.which("runc") else ""
    conf, storage = folder / "containers.conf", folder / "storage.conf"
    conf.write_text(
        "[containers]\n"
        f'default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]\n{runtime}'
    )
    storage.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n')
    return {
        "CONTAINERS_CONF": str(conf),
        "CONTAINERS_STORAGE_CONF": str(storage),
        "DOCKER_HOST": f"unix://{folder}/nobody.sock",
    }


def _hard(which: int) -> int:
    limit = resource.getrlimit(which)[1]
    return 4096 if limit == resource.RLIM_INFINITY else limit


def _rootfs(folder: Path) -> Path:
    """The files of the image."""
    file = folder / "image.tar"
    with tarfile.open(file, "w") as out:
        for name in ("proc", "dev", "sys", "etc", "tmp", "run"):
            one = tarfile.TarInfo(name)
            one.type, one.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            out.addfile(one)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        lib = Path(sys.base_prefix) / "lib" / f"python{version}"
        program = Path(sys.base_prefix) / "bin" / f"python{version}"
        out.add(lib, f"{PREFIX}/lib/python{version}", filter=_kept)
        out.add(program.resolve(), f"{PREFIX}/bin/python3")
        for tool in _TOOLS:
            out.add(Path(tool).resolve(), f"bin/{Path(tool).name}")
        uv = virtual.find_uv()  # comes from outside, and needs what every system has
        needing = [program, *_TOOLS, *([uv] if uv else []), *lib.glob("lib-dynload/*.so")]
        for library in sorted({one for name in needing for one in _libraries(name)}):
            out.add(Path(library).resolve(), library.lstrip("/"))
    return file


def _kept(one: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if _LEFT_OUT.search("/" + one.name) else one


def _libraries(program: str | Path) -> list[str]:
    told = subprocess.run(["ldd", str(program)], capture_output=True, text=True)
    return _LIBRARY.findall(told.stdout)
