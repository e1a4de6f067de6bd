"""Our own packages as wheels: what is installed here, whichever way it is installed."""

import os
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import Distribution, version
from pathlib import Path

import pytest

from lazward.environment import own, virtual

UV = virtual.find_uv()
PACKAGES = Path(__file__).parents[3] / "packages"


@pytest.fixture
def installed(tmp_path):
    """Installs a wheel alone into a new environment; returns its interpreter."""

    def install(*wheels):
        place = tmp_path / "venv"
        subprocess.run([UV, "venv", "-q", "--python", sys.executable, place], check=True)
        python = place / "bin" / "python"
        command = [UV, "pip", "install", "-q", "--no-deps", "--offline", "--python", python, *wheels]
        subprocess.run(command, check=True)
        return python

    return install


def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_they_install_and_import(tmp_path, installed, python_says):
    wheels = [own.make(name, tmp_path).file for name in ("lazward", "lazward-azureml")]
    python = installed(*wheels)
    place = python.parents[1]
    for module in ("lazward.errors", "azureml.core"):
        code = f"from importlib.util import find_spec; print(find_spec({module!r}).origin)"
        assert python_says(python, code).startswith(str(place))
    code = "from importlib.metadata import entry_points as e; print(len(e(group='mlflow.tracking_store')))"
    assert int(python_says(python, code)) == 3
    assert python_says(python, "import importlib.metadata as m; print(m.version('lazward'))") == version(
        "lazward"
    )
    assert (python.parent / "lazward").exists()  # the command


def test_files_that_are_no_modules_are_there_too(tmp_path):
    found = names(own.make("lazward", tmp_path).file)
    assert "lazward/environment/substitutes.json" in found
    assert "lazward/py.typed" in found
    assert not [name for name in found if name.endswith(".pyc")]


def test_names_of_others_are_left_alone(tmp_path):
    found = names(own.make("lazward-azureml", tmp_path).file)
    assert "azureml/core/__init__.py" in found
    assert "azureml/__init__.py" not in found


def test_the_same_twice(tmp_path):
    first, again = own.make("lazward", tmp_path / "a"), own.make("lazward", tmp_path / "b")
    assert first.digest == again.digest
    assert first.file.read_bytes() == again.file.read_bytes()
    stamp = first.file.stat().st_mtime_ns
    assert own.make("lazward", tmp_path / "a") == first
    assert first.file.stat().st_mtime_ns == stamp  # not written again


def test_several_at_the_same_time(tmp_path):
    """Jobs that start together make the same one."""

    def make(_):
        return own.make("lazward", tmp_path)

    with ThreadPoolExecutor(8) as pool:
        (made,) = set(pool.map(make, range(8)))
    assert list(made.file.parent.iterdir()) == [made.file]
    with zipfile.ZipFile(made.file) as archive:
        assert archive.testzip() is None


def test_another_file_is_another_wheel(tmp_path, monkeypatch):
    source = tmp_path / "source" / "lazward"
    shutil.copytree(PACKAGES / "lazward" / "src" / "lazward", source, ignore=shutil.ignore_patterns("*.pyc"))
    first = own.make("lazward", tmp_path)

    class Spec:
        submodule_search_locations = [str(source)]

    monkeypatch.setattr(own, "find_spec", lambda _: Spec)
    assert own.make("lazward", tmp_path).digest == first.digest  # a copy is no other
    (source / "errors.py").write_text("# changed\n")
    changed = own.make("lazward", tmp_path)
    assert changed.digest != first.digest
    assert changed.file != first.file
    assert first.file.exists()


def test_from_what_was_installed_as_a_wheel(tmp_path, installed, python_says):
    """A wheel of a wheel has the same modules, and is the same."""
    made = own.make("lazward", tmp_path / "first")
    python = installed(made.file)
    code = (
        "from pathlib import Path; from lazward.environment import own;"
        f"found = own.make('lazward', Path({str(tmp_path / 'second')!r})); print(found.file)"
    )
    # Neither msgspec nor anything else is there: what makes wheels needs the standard library alone.
    second = python_says(python, code)
    assert names(second) == names(made.file)
    with zipfile.ZipFile(second) as one, zipfile.ZipFile(made.file) as other:
        differing = [name for name in one.namelist() if one.read(name) != other.read(name)]
    assert not [name for name in differing if not name.endswith(".dist-info/RECORD")]


def test_what_is_not_installed(tmp_path):
    assert own.make("lazward-nothing", tmp_path) is None


def test_ours_is_installed_in_place_here():
    """Else the tests above see one of the two ways only."""
    assert own._is_in_place(Distribution.from_name("lazward"))
    assert os.path.samefile(PACKAGES, Path(own.__file__).parents[4])
