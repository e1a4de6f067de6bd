"""Environments with conda packages, from channels made by hand, through the real solver and installer."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lazward.environment import conda, virtual
from lazward.environment.patience import Patience
from lazward.environment.prepare import prepared
from lazward.errors import EnvironmentUnavailable
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec


@pytest.fixture
def no_pip(monkeypatch):
    """Leaves pip's part out."""
    monkeypatch.setattr(virtual, "install", lambda *_: None)


@pytest.fixture
def attempt(prepare):
    """Prepares what cannot be."""

    def attempt(*asked):
        with prepare(*asked):
            pass

    return attempt


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def served(channel):
    """The channel over HTTP; returns its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=channel.folder.parent))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def message(*words):
    """Catches the error, which has these words."""
    return pytest.raises(EnvironmentUnavailable, match="(?s)" + ".*".join(words))


def test_conda_and_pip_side_by_side(prepare, channel, from_index, tiny, python_says, said):
    channel.add("lzdata", "1.5", {"share/lz.txt": b"hello"}, needs=["python >=3.10"])
    with prepare(["lzdata=1.5"], [*from_index, tiny, "azureml-core"], [channel.url]) as environment:
        assert (environment.prefix / "share" / "lz.txt").read_bytes() == b"hello"
        code = "import lztiny, azureml.core, lazward.client.jobs, sys; print(lztiny.answer, sys.prefix)"
        assert python_says(environment.python, code) == f"42 {environment.prefix}"
    text = "\n".join(said)
    assert f"Solving python {virtual.interpreter.OURS}.*, lzdata=1.5 from {channel.url}." in text
    assert "Installing 2 conda packages." in text
    assert "azureml-core is replaced by Lazward's own." in text
    said.clear()
    with prepare(["lzdata=1.5"], [*from_index, tiny, "azureml-core"], [channel.url]):
        assert said == []


@pytest.mark.usefixtures("no_pip")
def test_downloads_are_told_once(prepare, channel, served, said, tmp_path):
    channel.add("lza", "1", {"share/a": b"a"}, needs=["lzb"])
    channel.add("lzb", "2", {"share/b": b"b"})
    with prepare(["lza"], (), [served]) as environment:
        assert (environment.prefix / "share" / "b").exists()
    downloads = sorted(line for line in said if line.startswith("Downloading "))
    assert downloads[:2] == ["Downloading lza-1-0.tar.bz2.", "Downloading lzb-2-0.tar.bz2."]
    assert len(downloads) == 3  # and something like Python
    assert (tmp_path / "cache" / "packages" / "archives").is_dir()
    said.clear()
    with prepare(["lzb"], (), [served]):  # another environment of what is kept
        pass
    assert [line for line in said if line.startswith("Downloading ")] == []
    assert "Installing 2 conda packages." in said


@pytest.mark.usefixtures("no_pip")
def test_several_at_the_same_time_share_what_is_downloaded(prepare, channel, served):
    names = [f"lz{number}" for number in range(6)]
    for name in names:
        channel.add(name, "1", {f"share/{name}": name.encode() * 10_000}, needs=["lzcommon"])
    channel.add("lzcommon", "1", {"share/common": bytes(10**6)})

    def one(name):
        with prepare([name], (), [served]) as environment:
            share = environment.prefix / "share"
            return (share / name).stat().st_size, (share / "common").stat().st_size

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(one, names)) == [(30_000, 10**6)] * 6


@pytest.mark.usefixtures("no_pip")
def test_a_download_that_cannot_be_told_is_done_all_the_same(channel, served, tmp_path):
    """The line is lost, not the job: it comes from a thread of the installer's."""

    def say(line):
        if line.startswith("Downloading"):
            raise OSError(28, "No space left on device")

    spec = EnvironmentSpec(python=PythonSpec(conda=CondaSpec(packages=["lza"], channels=[served])))
    channel.add("lza", "1", {"share/a": b"a"})
    with prepared(spec, tmp_path / "cache", say) as environment:
        assert (environment.prefix / "share" / "a").exists()


@pytest.mark.usefixtures("no_pip")
def test_versions_are_chosen(prepare, channel):
    for version in ("1.9", "1.10", "2.0"):
        channel.add("lzv", version, {"share/v": version.encode()})
    for asked, got in [("lzv", "2.0"), ("lzv<2", "1.10"), ("lzv=1.9", "1.9"), ("lzv >=1,<1.10", "1.9")]:
        with prepare([asked], (), [channel.url]) as environment:
            assert (environment.prefix / "share" / "v").read_text() == got


@pytest.mark.usefixtures("no_pip")
def test_the_first_channel_that_has_it(prepare, channel, make_channel):
    other = make_channel("other")
    for one in (channel, other):
        one.add("lzv", "1", {"share/v": one.folder.parent.name.encode()})
    other.add("lzw", "1", {"share/w": b""})
    for urls in ([channel.url, other.url], [other.url, channel.url]):
        with prepare(["lzv", "lzw"], (), urls) as environment:
            assert (environment.prefix / "share" / "v").read_text() == urls[0].rpartition("/")[2]


@pytest.mark.usefixtures("no_pip")
def test_a_range_of_python_is_the_solvers_choice(prepare, channel):
    channel.add("lzold", "1", {"share/v": b""}, needs=["python <3.10.50"])
    channel.add_python("3.10.4")
    channel.add_python("3.9.1")
    with prepare(["python>=3.9", "lzold"], (), [channel.url]) as environment:
        assert list(environment.prefix.glob("conda-meta/python-3.10.4-*.json"))
    with message("cannot be had", "lzold"), prepare(["python>=3.10.50", "lzold"], (), [channel.url]):
        pass


def test_a_package_that_is_not_there(attempt, channel):
    with message("cannot be had", "lznowhere", f"from {channel.url}"):
        attempt(["lznowhere=3"], (), [channel.url])


def test_a_package_that_needs_one_that_is_not_there(attempt, channel):
    channel.add("lzbroken", "1.0", {"share/x": b""}, needs=["lznowhere >=2"])
    with message("lzbroken 1.0 would require", "lznowhere >=2", "Asked for python", "lzbroken from"):
        attempt(["lzbroken"], (), [channel.url])


def test_a_python_that_is_not_there(attempt, channel):
    channel.add("lzx", "1", {"share/x": b""})
    with message("cannot be had", r"python 3\.47\.\*"):
        attempt(["python=3.47", "lzx"], (), [channel.url])


@pytest.mark.parametrize("name", ["file:///no/such/channel", "http://127.0.0.1:9/lz", "https://["])
def test_a_channel_that_cannot_be_read(attempt, channel, name):
    with message("A conda channel cannot be read", "Asked for", name.replace("[", r"\[")):
        attempt(["lzx"], (), [channel.url, name])


def test_a_channel_of_something_else(attempt, channel):
    (channel.folder / "repodata.json").write_text("<html>no</html>")
    with message("A conda channel cannot be read", "Asked for"):
        attempt(["lzx"], (), [channel.url])


@pytest.mark.parametrize("package", ["lzx ===", "lzx>=1,", "lzx; evil", "lz'x"])
def test_a_package_that_is_misspelt(attempt, channel, package):
    with message("A conda package is misspelt", "Asked for"):
        attempt([package], (), [channel.url])


def test_a_damaged_package(attempt, channel, tmp_path):
    archive = channel.add("lzx", "1", {"share/x": b""})
    archive.write_bytes(b"no" + archive.read_bytes()[2:])
    with message("A conda package cannot be installed", "lzx-1"):
        attempt(["lzx"], (), [channel.url])
    assert not [one for one in (tmp_path / "cache" / "environments").iterdir() if one.is_dir()]


def test_a_package_that_was_exchanged(attempt, channel, served):
    """Its checksum is another than the channel says."""
    archive = channel.add("lzx", "1", {"share/x": b"good"})
    listed = (channel.folder / "repodata.json").read_bytes()
    channel.add("lzx", "1", {"share/x": b"evil"})
    (channel.folder / "repodata.json").write_bytes(listed)
    with message("A conda package cannot be installed", archive.name):
        attempt(["lzx"], (), [served])


def test_what_pip_cannot_find_after_conda(attempt, channel, from_index):
    channel.add("lzx", "1", {"share/x": b""})
    with message("could not be built", "lznowhere"):
        attempt(["lzx"], [*from_index, "lznowhere"], [channel.url])


def test_without_uv_pip_comes_from_conda(attempt, channel, monkeypatch, said):
    monkeypatch.setattr(virtual, "find_uv", lambda: None)
    channel.add("lzx", "1", {"share/x": b""})
    with message("cannot be had", "pip"):
        attempt(["lzx"], (), [channel.url])
    assert said[0].startswith(f"Solving python {virtual.interpreter.OURS}.*, lzx, pip from")


@pytest.mark.parametrize(
    ("names", "asked", "replaced"),
    [
        (["conda-forge"], ["conda-forge"], []),
        (["defaults"], ["conda-forge"], ["defaults"]),
        (["anaconda", "pytorch", "conda-forge"], ["conda-forge", "pytorch"], ["anaconda"]),
        (["pytorch", "main", "nodefaults"], ["pytorch", "conda-forge"], ["main"]),
        (["https://repo.anaconda.com/pkgs/main"], ["conda-forge"], ["https://repo.anaconda.com/pkgs/main"]),
        (["nodefaults"], ["conda-forge"], []),
        (["file:///mine", "file:///mine"], ["file:///mine"], []),
    ],
)
def test_channels_that_need_a_licence_are_replaced(names, asked, replaced, said):
    assert conda._channels(names, said.append) == asked
    assert [line.split()[2] for line in said] == replaced


def test_a_token_of_a_channel_is_not_said(attempt, said):
    with pytest.raises(EnvironmentUnavailable) as caught:
        attempt(["lza"], (), ["http://me:opensesame@127.0.0.1:9/t/opensesame/there"])
    assert "127.0.0.1:9/t/****/there" in "\n".join(said)
    assert "opensesame" not in "\n".join([*said, caught.value.message])


@pytest.fixture
def silent():
    """An address at which somebody listens who never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("why", ["stop", "time"])
def test_a_solve_is_ended_that_nobody_waits_for(silent, tmp_path, why):
    stop = threading.Event()
    patience = Patience(stop, 0.6 if why == "time" else 60)
    if why == "stop":
        threading.Timer(0.6, stop.set).start()
    spec = EnvironmentSpec(python=PythonSpec(conda=CondaSpec(packages=["lza"], channels=[silent])))
    began = time.monotonic()
    told = "not wanted any more" if why == "stop" else r"not ready after 0\.01 minutes.*build log"
    with message(told), prepared(spec, tmp_path / "cache", print, patience):
        pass
    assert time.monotonic() - began < 10
