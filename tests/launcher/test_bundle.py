"""The launcher as one file: it runs where there is nothing but Python."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lazward.launcher import bootstrap, bundle

NOBODY = {"LAZWARD_SERVER": "http://127.0.0.1:1", "LAZWARD_RUN_ID": "r"}


@pytest.fixture(scope="module")
def made():
    return bundle.make()


@pytest.fixture
def node(tmp_path, made):
    return Node(tmp_path, made.content)


class Node:
    """A machine with a bundle."""

    def __init__(self, home, content):
        self.home, self.file, self.folder = home, home / "b.pyz", home / "launchers"
        self.file.write_bytes(content)

    def start(self, *more, python=sys.executable, **variables):
        """Run the bundle to its end."""
        environment = {"HOME": str(self.home), "PATH": "/usr/bin:/bin"} | variables
        return subprocess.run(
            [base(python), "-I", str(self.file), str(self.folder), *more],
            input=json.dumps(NOBODY).encode() + b"\nmore",
            capture_output=True,
            env=environment,
            timeout=120,
        )

    def module(self, name, *more):
        return self.start("--module", name, *more)


def base(python):
    """The interpreter itself, and not that of our own environment, which has everything."""
    return getattr(sys, "_base_executable", python) if python == sys.executable else python


def other_pythons():
    """Interpreters of other versions that are here."""
    found = sorted(Path.home().glob(".pyenv/versions/*/bin/python3")) + sorted(
        Path("/usr/bin").glob("python3.1?")
    )
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    versions = {version(one): str(one) for one in found}
    return [path for name, path in sorted(versions.items()) if name != ours and int(name.split(".")[1]) >= 10]


def version(python):
    asked = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def test_the_same_content_has_the_same_name(made):
    again = bundle.make()
    assert again == made
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert json.loads(archive.read(bootstrap.LIST))["name"] == made.name


def test_it_becomes_the_launcher_with_what_it_reads(node):
    ran = node.start("--module", "lazward.launcher.settings")
    assert (ran.returncode, ran.stderr) == (0, b"")
    (place,) = node.folder.iterdir()
    assert place.name.endswith(sys.implementation.cache_tag)
    assert (place / "lazward" / "launcher" / "launch.py").exists()
    assert node.folder.stat().st_mode & 0o077 == 0


def test_what_is_missing_is_told(node):
    ran = subprocess.run(
        [base(sys.executable), "-I", str(node.file), str(node.folder)],
        input=b"{}\n",
        capture_output=True,
        timeout=60,
    )
    assert b"A launcher needs LAZWARD_SERVER" in ran.stderr


def test_it_is_unpacked_once_also_by_many_at_once(node):
    many = [
        subprocess.Popen(
            [
                base(sys.executable),
                "-I",
                str(node.file),
                str(node.folder),
                "--module",
                "lazward.launcher.settings",
            ],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(5)
    ]
    assert [(one.communicate()[1], one.returncode) for one in many] == [(b"", 0)] * 5
    (place,) = node.folder.iterdir()
    before = place.stat().st_ctime_ns
    assert node.module("lazward.launcher.settings").returncode == 0
    assert place.stat().st_ctime_ns == before


def test_a_job_gets_the_nodes_own_wheels(node):
    """They are made from what is installed, which here is what the bundle carried."""
    text = (
        "from pathlib import Path; from lazward.environment import own;"
        f" print(own.make('lazward', Path({str(node.home / 'wheels')!r})).digest)"
    )
    node.module("lazward.launcher.settings")
    (place,) = node.folder.iterdir()
    ran = subprocess.run(
        [base(sys.executable), "-I", "-c", f"import sys; sys.path.insert(0, {str(place)!r}); {text}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.stderr, len(ran.stdout.strip())) == ("", 64)


@pytest.mark.parametrize("python", other_pythons())
def test_another_python_installs_what_is_compiled(node, python):
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_"))}
    ran = node.start("--module", "lazward.launcher.settings", python=python, **kept)
    assert (ran.returncode, ran.stderr.decode()) == (0, "")


def test_where_there_is_no_index_either_it_says_what_to_do(node):
    with zipfile.ZipFile(node.file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    listed = json.loads(members[bootstrap.LIST])
    for one in listed["compiled"]:
        one["for"] = "another system"
    members[bootstrap.LIST] = json.dumps(listed).encode()
    node.file.write_bytes(bundle._zipped(members))
    ran = node.start(PIP_INDEX_URL="http://127.0.0.1:1", PIP_RETRIES="0", UV_INDEX_URL="http://127.0.0.1:1")
    assert ran.returncode == 1
    assert b"cannot be unpacked on the node: msgspec==" in ran.stderr
    assert b"Let the node reach a package index" in ran.stderr
    assert list(node.folder.iterdir()) == []


def test_an_old_python_says_so(node):
    old = sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python3"))
    if not old:
        pytest.skip("no old Python is here")
    ran = node.start(python=str(old[0]))
    assert b"Lazward needs Python 3.10 or newer on the node" in ran.stderr
