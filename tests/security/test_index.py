"""The page about security is true: what it names exists, and what the server never does is not there."""

import ast
import re
from pathlib import Path

import pytest

import lazward_server

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/security.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "proved by" not in line]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_each_attack_names_tests_that_exist(row):
    named = re.findall(r"`(tests/[\w/.]+)`", row.split("|")[3])
    assert named
    for path in named:
        assert re.search(r"^\s*def test_", (ROOT / path).read_text(), re.MULTILINE), path


def test_every_test_here_is_named_on_the_page():
    for path in Path(__file__).parent.glob("test_*.py"):
        assert f"`tests/security/{path.name}`" in PAGE, path.name


def imported():
    """Every module that the server imports anywhere, with where."""
    for path in Path(lazward_server.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((alias.name, path.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or "", path.name


KNOWN = {("subprocess", "cluster.py"), ("subprocess", "commands.py"), ("zipfile", "archive.py")}
"""The places that start programs: the one that a cluster starts is ours, those of batch systems get words.
And the one that packs archives, which reads none."""


def test_the_server_unpacks_starts_and_loads_nothing_of_users():
    forbidden = {"tarfile", "zipfile", "subprocess", "pickle", "marshal", "shelve", "runpy", "code"}
    assert {(name, where) for name, where in imported() if name.split(".")[0] in forbidden} == KNOWN
    cluster = (Path(lazward_server.__file__).parent / "compute/cluster.py").read_text()
    assert re.findall(r"subprocess\.\w+\(.*\n\s+(.*),", cluster) == ['[sys.executable, "-m", _LAUNCHER]']
    assert "shell" not in cluster.replace("SHELL", "")
    commands = (Path(lazward_server.__file__).parent / "compute/commands.py").read_text()
    assert re.findall(r"subprocess\.Popen\(.*\n\s+(.*),", commands) == ["list(argv)"]
    assert "shell=" not in commands
    archive = (Path(lazward_server.__file__).parent / "artifacts/archive.py").read_text()
    assert re.findall(r"ZipFile\((.*)\)", archive) == ['sink, "w", zipfile.ZIP_STORED']


def test_the_server_evaluates_no_text():
    for path in Path(lazward_server.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", "")
                assert called not in ("eval", "exec", "compile", "__import__"), path
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("unpack_archive", "system", "popen"), path
