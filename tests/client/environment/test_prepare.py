"""Which environment a specification gives."""

import os
import sys
import time
from pathlib import Path

import pytest

from lazward.environment.prepare import Prepared, prepared
from lazward.errors import EnvironmentUnavailable
from lazward.wire.environments import EnvironmentSpec, PythonSpec


def managed(interpreter):
    return EnvironmentSpec(python=PythonSpec(user_managed=True, interpreter=interpreter))


def test_python_alone_is_our_own(tmp_path):
    for name in ("python", "", sys.executable):
        with prepared(managed(name), tmp_path, print) as found:
            assert found == Prepared(Path(sys.executable), Path(sys.executable).parent, None)
    assert not list(tmp_path.glob("environments"))


def test_a_name_is_looked_for(tmp_path, monkeypatch):
    (tmp_path / "lzpython").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    with prepared(managed("lzpython"), tmp_path, print) as found:
        assert found.python == tmp_path / "lzpython"


@pytest.mark.parametrize("name", ["no-such-python", "/no/such/python", __file__])
def test_an_interpreter_that_is_not_there(tmp_path, name):
    text = f"no interpreter {name!r} on the machine"
    with pytest.raises(EnvironmentUnavailable) as caught, prepared(managed(name), tmp_path, print):
        pass
    assert text in str(caught.value)


def test_what_is_kept_is_quickly_there(prepare, from_index):
    with prepare(pip=from_index):
        pass
    begin = time.perf_counter()
    with prepare(pip=from_index):
        assert time.perf_counter() - begin < 1


def test_the_limit_can_be_set(prepare, from_index, tiny, monkeypatch, tmp_path):
    monkeypatch.setenv("LAZWARD_CACHE_BYTES", "1")
    for pip in (from_index, [*from_index, tiny]):
        with prepare(pip=pip) as environment:
            kept = [one for one in os.scandir(tmp_path / "cache" / "environments") if one.is_dir()]
            assert [Path(one) for one in kept] == [environment.prefix]


def test_without_py_rattler(prepare, monkeypatch):
    monkeypatch.delitem(sys.modules, "lazward.environment.conda", raising=False)
    monkeypatch.setitem(sys.modules, "rattler", None)
    monkeypatch.delattr("lazward.environment.conda", raising=False)
    with pytest.raises(EnvironmentUnavailable) as caught, prepare(["gdal=3"]):
        pass
    assert "conda packages (gdal=3)" in str(caught.value)
    assert "pip install 'lazward[environments]'" in str(caught.value)


@pytest.mark.parametrize("wrong", ["30GB", "-1", "1.5"])
def test_a_size_of_the_cache_that_is_no_number(prepare, monkeypatch, wrong):
    monkeypatch.setenv("LAZWARD_CACHE_BYTES", wrong)
    told = rf"LAZWARD_CACHE_BYTES is '{wrong}'.*number of bytes"
    with pytest.raises(EnvironmentUnavailable, match=told), prepare():
        pass
