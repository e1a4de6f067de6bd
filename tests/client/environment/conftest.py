"""What tests of environments share: an index of wheels on the disk, and conda channels made by hand."""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lazward.environment import own
from lazward.environment.prepare import prepared
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec


@pytest.fixture(scope="session")
def uv_cache(tmp_path_factory):
    """What uv keeps for these tests."""
    return tmp_path_factory.mktemp("uv")


@pytest.fixture(autouse=True)
def _own_surroundings_of_uv(monkeypatch, uv_cache):
    """Neither the network nor another Python is reached, and nothing around the tests says where from."""
    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    monkeypatch.setenv("UV_CACHE_DIR", str(uv_cache))


@pytest.fixture(scope="session")
def index(tmp_path_factory):
    """A folder with all that our own packages need, made from what is installed here."""
    folder, made = tmp_path_factory.mktemp("index"), tmp_path_factory.mktemp("made")
    ours = {"lazward", "lazward-azureml"}
    for name in _needed(ours) - ours:
        wheel = own.make(name, made).file
        os.link(wheel, folder / wheel.name)
    return folder


def _needed(names):
    """Distributions and all that they need."""
    found, todo = set(), list(names)
    while todo:
        name = canonicalize_name(todo.pop())
        if name not in found:
            found.add(name)
            wanted = map(Requirement, distribution(name).requires or ())
            todo += [one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


@pytest.fixture
def from_index(index):
    """The options of pip that make do with the index."""
    return ["--no-index", f"--find-links {index}"]


@pytest.fixture(scope="session")
def tiny(index):
    """A package that only the index has."""
    write_wheel(index, "lztiny", "1.2", {"lztiny.py": b"answer = 42\n"})
    return "lztiny==1.2"


def write_wheel(folder, name, version, files, needs=()):
    """A wheel of the given files."""
    info = f"{name}-{version}.dist-info"
    lines = [
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}",
        *(f"Requires-Dist: {n}" for n in needs),
    ]
    members = {
        **files,
        f"{info}/METADATA": "\n".join(lines).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()},"
        f"{len(content)}\n"
        for path, content in members.items()
    )
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, content in {**members, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}.items():
            archive.writestr(path, content)


class CondaChannel:
    """A folder that serves as a conda channel."""

    def __init__(self, folder):
        self.folder = folder / "noarch"
        self.folder.mkdir(parents=True)
        self._packages = {}
        self._write()

    @property
    def url(self):
        return self.folder.parent.as_uri()

    def add(self, name, version, files=None, *, links=None, needs=()):
        """A package of files and symbolic links; returns its archive."""
        index = {
            "name": name, "version": version, "build": "0", "build_number": 0, "depends": list(needs),
            "subdir": "noarch", "noarch": "generic", "timestamp": 1_700_000_000_000,
        }  # fmt: skip
        paths = [
            {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(content).hexdigest(),
             "size_in_bytes": len(content)}
            for path, content in (files or {}).items()
        ] + [{"_path": path, "path_type": "softlink"} for path in links or {}]  # fmt: skip
        info = {"info/index.json": index, "info/paths.json": {"paths": paths, "paths_version": 1}}
        members = {**(files or {}), **{path: json.dumps(content).encode() for path, content in info.items()}}
        archive = self.folder / f"{name}-{version}-0.tar.bz2"
        _tar(archive, members, links or {})
        content = archive.read_bytes()
        sums = {kind: hashlib.new(kind, content).hexdigest() for kind in ("md5", "sha256")}
        self._packages[archive.name] = {**index, **sums, "size": len(content)}
        self._write()
        return archive

    def add_python(self, version=None):
        """A package that looks like Python: the prefix becomes a virtual environment of ours."""
        real = Path(sys.executable).resolve()
        text = f"home = {real.parent}\ninclude-system-site-packages = false\n"
        modules = Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
        version = version or ".".join(map(str, sys.version_info[:3]))
        self.add(
            "python",
            version,
            {"pyvenv.cfg": text.encode(), f"{modules}/.keep": b""},
            links={"bin/python": str(real)},
        )

    def _write(self):
        content = {"info": {"subdir": "noarch"}, "packages": self._packages, "packages.conda": {}}
        (self.folder / "repodata.json").write_text(json.dumps({**content, "repodata_version": 1}))


def _tar(archive, members, links):
    with tarfile.open(archive, "w:bz2") as out:
        for path, content in members.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            out.addfile(entry, io.BytesIO(content))
        for path, to in links.items():
            entry = tarfile.TarInfo(path)
            entry.type, entry.linkname = tarfile.SYMTYPE, to
            out.addfile(entry)


@pytest.fixture
def make_channel(tmp_path):
    """Makes an empty conda channel of a name."""
    return lambda name: CondaChannel(tmp_path / name)


@pytest.fixture
def channel(make_channel):
    """A conda channel with something like Python in it."""
    made = make_channel("channel")
    made.add_python()
    return made


@pytest.fixture
def said():
    """The lines that were said."""
    return []


@pytest.fixture
def prepare(tmp_path, said):
    """Prepares the environment of conda packages, pip packages and channels, below the test's folder."""

    def prepare(packages=(), pip=(), channels=()):
        conda = CondaSpec(packages=[*packages], pip=[*pip], channels=[*channels])
        return prepared(EnvironmentSpec(python=PythonSpec(conda=conda)), tmp_path / "cache", said.append)

    return prepare


@pytest.fixture
def python_says():
    """What an interpreter prints for a line of code, away from the source tree."""

    def ask(python, code):
        done = subprocess.run([python, "-I", "-c", code], cwd="/", capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return ask


@pytest.fixture
def make_wheel():
    """Writes a wheel of the given files."""
    return write_wheel
