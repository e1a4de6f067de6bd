"""Environments of pip packages: real ones, from a folder of wheels."""

import sys
from pathlib import Path

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


@pytest.mark.slow
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


SECRETS = [
    "--index-url https://me:opensesame@127.0.0.1:9/simple",
    "--extra-index-url http://opensesame@127.0.0.1:9/more",
    "lzfar @ http://me:opensesame@127.0.0.1:9/lzfar-1-py3-none-any.whl",
]


@pytest.mark.parametrize("fixture", ["with_uv", "no_uv"])
@pytest.mark.parametrize("secret", SECRETS)
def test_tokens_are_neither_words_nor_said(prepare, said, monkeypatch, request, fixture, secret, tmp_path):
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    request.getfixturevalue(fixture)
    words, modes = [], []
    run = virtual.run

    def watched(argv, say):
        words.extend(argv)
        if "-r" in argv:
            file = Path(argv[argv.index("-r") + 1])
            assert "opensesame" in file.read_text()
            modes.append(file.stat().st_mode & 0o777)
        run(argv, say)

    monkeypatch.setattr(virtual, "run", watched)
    with pytest.raises(EnvironmentUnavailable) as caught, prepare(pip=[secret, "lzother"]):
        pass
    assert "127.0.0.1:9" in "\n".join([*said, caught.value.message]), "it was asked"
    assert "opensesame" not in "\n".join([*words, *said, caught.value.message])
    assert modes == [0o600]
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"opensesame" in file.read_bytes()]


@pytest.fixture
def with_uv():
    """A machine with uv."""
    assert virtual.find_uv()


@pytest.mark.parametrize("fixture", ["with_uv", pytest.param("no_uv", marks=pytest.mark.slow)])
def test_addresses_reach_pip(prepare, index, tiny, request, fixture, python_says):
    request.getfixturevalue(fixture)
    options = ["--no-index", f"--find-links {index.as_uri()}", "--pre"]
    (wheel,) = index.glob("lztiny*")
    for wanted in tiny, f"lztiny @ {wheel.as_uri()}":
        with prepare(pip=[*options, wanted]) as environment:
            assert python_says(environment.python, "import lztiny; print(lztiny.answer)") == "42"
            assert not [one.name for one in environment.prefix.iterdir() if "requirements" in one.name]
