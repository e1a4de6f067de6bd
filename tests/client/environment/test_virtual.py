"""Environments of pip packages: real ones, from a folder of wheels."""

import sys

import pytest

from lazward.environment import virtual
from lazward.errors import EnvironmentUnavailable

OURS = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def no_uv(monkeypatch, tmp_path):
    """A machine without uv."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(virtual.shutil, "which", lambda _: None)
    monkeypatch.setitem(sys.modules, "uv", None)
    assert virtual.find_uv() is None


def test_with_uv(prepare, from_index, tiny, said, python_says):
    with prepare(pip=[*from_index, tiny, "azureml-core==1.0"]) as environment:
        code = "import lztiny, azureml.core, lazward.client.jobs, sys; print(lztiny.answer, sys.prefix)"
        assert python_says(environment.python, code) == f"42 {environment.prefix}"
        assert environment.folder == environment.prefix / "bin"
        assert (environment.folder / "lazward").exists()
    assert "azureml-core==1.0 is replaced by Lazward's own." in said
    assert any("lztiny" in line for line in said)


def test_the_second_time_nothing_is_done(prepare, from_index, tiny, said):
    with prepare(pip=[*from_index, tiny]) as first:
        said.clear()
        with prepare(pip=[*from_index, tiny, "# again"]) as second:
            assert (first, said) == (second, [])


@pytest.mark.usefixtures("no_uv")
def test_without_uv(prepare, from_index, tiny, python_says):
    with prepare(pip=[*from_index, tiny]) as environment:
        code = "import lztiny, lazward.errors, sys; print(lztiny.answer, sys.prefix)"
        assert python_says(environment.python, code) == f"42 {environment.prefix}"
        assert "home = " in (environment.prefix / "pyvenv.cfg").read_text()


@pytest.mark.usefixtures("no_uv")
def test_another_python_needs_uv(prepare):
    text = rf"Python {OURS}\.99 is asked for, and this machine's is .* pip install 'lazward\[environments\]'"
    with pytest.raises(EnvironmentUnavailable, match=text), prepare([f"python={OURS}.99"]):
        pass


@pytest.mark.usefixtures("no_uv")
def test_a_package_that_pip_cannot_find(prepare, from_index):
    with pytest.raises(EnvironmentUnavailable, match="lznowhere"), prepare(pip=[*from_index, "lznowhere"]):
        pass


@pytest.mark.parametrize("wanted", ["lznowhere", "lztiny>=2", "lznowhere[x]==1"])
def test_a_package_that_is_not_there(prepare, from_index, tiny, wanted, tmp_path):
    with pytest.raises(EnvironmentUnavailable, match=wanted[:6]), prepare(pip=[*from_index, tiny, wanted]):
        pass
    assert not [one for one in (tmp_path / "cache" / "environments").iterdir() if one.is_dir()]


def test_packages_that_do_not_fit_together(prepare, from_index, index, tiny, make_wheel):
    make_wheel(index, "lzother", "1", {"lzother.py": b""}, needs=["lztiny>=5"])
    with pytest.raises(EnvironmentUnavailable) as caught, prepare(pip=[*from_index, tiny, "lzother"]):
        pass
    assert "lzother" in str(caught.value)
    assert "lztiny>=5" in str(caught.value)


def test_a_python_that_cannot_be_had(prepare):
    with pytest.raises(EnvironmentUnavailable, match=r"3\.47"), prepare(["python=3.47"]):
        pass


def test_a_range_takes_ours(prepare, from_index, python_says):
    with prepare(["python>=3.8"], from_index) as environment:
        code = "import sys; print(*sys.version_info[:2], sep='.')"
        assert python_says(environment.python, code) == OURS


def test_options_reach_pip(prepare, index, tmp_path, make_wheel):
    more = tmp_path / "more"
    more.mkdir()
    for version in ("1.0", "2.0rc1"):
        make_wheel(more, "lzmore", version, {"lzmore.py": version.encode()})
    options = [f"--find-links={index}", "--no-index", "--trusted-host a.example"]
    with pytest.raises(EnvironmentUnavailable, match="lzmore"), prepare(pip=[*options, "lzmore"]):
        pass
    for flags, version in ([], "1.0"), (["--pre"], "2.0rc1"):
        with prepare(pip=[*options, *flags, f"-f {more}", "lzmore"]) as environment:
            (file,) = environment.prefix.glob("lib/python*/site-packages/lzmore.py")
            assert file.read_text() == version


def test_a_name_is_no_shell_command(prepare, from_index, tmp_path):
    file = tmp_path / "touched"
    with (
        pytest.raises(EnvironmentUnavailable),
        prepare(pip=[*from_index, f"x @ file:///$(touch${{IFS}}{file})"]),
    ):
        pass
    assert not file.exists()
