"""What a node runs that has no Lazward: ``python3 BUNDLE FOLDER`` is a launcher with all that it needs.

It is the first file of a bundle (see ``bundle``) and imports nothing that Python itself has not. It takes
the launcher's variables as a JSON object from standard input, so that no token stands on a command line or
on a disk, unpacks what the bundle carries below FOLDER once, and becomes the launcher. What was compiled for
another Python or system is installed from the package index that the node uses, with uv or pip.

It is read by whatever Python the node has, so what is newer than Python 3.6 would hide the clear error.

``python3 BUNDLE FOLDER --module NAME`` runs another module of the launcher's instead.
"""

import json
import os
import platform
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from typing import Any

OLDEST = (3, 10)
"""The oldest Python that a node may have."""
MODULE = "lazward.launcher"
LIST = "bundle.json"
"""The list of what is compiled in a bundle."""


class Missing(Exception):
    """What the node has not, in words."""


def here() -> str:
    """What compiled modules must be made for: the form of CPython's own, and the system."""
    return f"{sysconfig.get_config_var('EXT_SUFFIX') or ''} {sysconfig.get_platform()}"


def prepared(bundle: str, folder: str) -> str:
    """The folder in which a bundle is unpacked for this Python; it is complete once it has its name.

    Raises:
        Missing: Something cannot be had.
    """
    with zipfile.ZipFile(bundle) as archive:
        carried = json.loads(archive.read(LIST).decode())
        name = f"{carried['name']}-{sys.implementation.cache_tag}"
        place = os.path.join(folder, name)
        if os.path.isdir(place):
            return place
        os.makedirs(folder, mode=0o700, exist_ok=True)
        part = tempfile.mkdtemp(prefix=name + ".", dir=folder)
        try:
            _unpack(archive, carried, part)
            _settle(part, place)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return place


def _unpack(archive: zipfile.ZipFile, carried: "dict[str, Any]", part: str) -> None:
    fitting = {one["prefix"]: one["for"] == here() for one in carried["compiled"]}
    for info in archive.infolist():
        top = info.filename.partition("/")[0]
        if top == "lib" or fitting.get(top):
            info.filename = info.filename[len(top) + 1 :]
            archive.extract(info, part)
    wanted = [one["requirement"] for one in carried["compiled"] if not fitting[one["prefix"]]]
    wanted += [one["requirement"] for one in carried["older"] if sys.version_info < tuple(one["before"])]
    if wanted:
        _install(wanted, part)


def _install(wanted: "list[str]", part: str) -> None:
    """Install what does not fit from the node's package index."""
    uv = shutil.which("uv")
    if uv:
        words = [uv, "pip", "install", "-q", "--python", sys.executable, "--target", part, "--no-deps"]
    else:
        words = [sys.executable, "-m", "pip", "install", "-q", "--target", part, "--no-deps"]
        words.append("--disable-pip-version-check")
    done = subprocess.run(  # noqa: S603 - our own words
        words + wanted,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        said = " ".join(done.stdout.decode("utf-8", "replace").split())[-500:]
        raise Missing(
            f"{' and '.join(wanted)} cannot be installed for Python {platform.python_version()} on"
            f" {sysconfig.get_platform()}: {said}. Let the node reach a package index with uv or pip, or have"
            " the server's own Python there."
        )


def _read() -> "dict[str, str]":
    return json.loads(sys.stdin.buffer.readline().decode() or "{}")


def _settle(part: str, place: str) -> None:
    """Give what is complete its name; another process may have been first."""
    try:
        os.rename(part, place)
    except OSError:
        if not os.path.isdir(place):
            raise


def main() -> None:
    """See the module."""
    if sys.version_info < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        sys.exit(f"Lazward needs Python {oldest} or newer on the node; this is {platform.python_version()}.")
    folder, given = os.path.expanduser(sys.argv[1]), sys.argv[2:]
    module = given[1] if given[:1] == ["--module"] else MODULE
    try:
        variables: dict[str, str] = _read() if module == MODULE else {}
        place = prepared(sys.argv[0], folder)
    except (Missing, OSError, ValueError) as error:
        sys.exit(f"The launcher cannot be unpacked on the node: {error}")
    os.environ.update(variables)
    sys.path[0] = place
    sys.argv = [module, *given[2:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
