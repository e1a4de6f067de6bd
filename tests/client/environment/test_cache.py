"""Built environments on the disk, with real processes that build, use and die."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from lazward.environment.cache import Cache
from lazward.environment.patience import Patience
from lazward.errors import EnvironmentUnavailable

HOLDER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from lazward.environment.cache import Cache

    folder, key, log, seconds = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])

    def build(place):
        with log.open("a") as out:
            out.write("build\\n")
        place.mkdir()
        (place / "half").touch()
        print("building", flush=True)
        time.sleep(seconds)
        (place / "whole").touch()

    with Cache(folder, 2**40).hold(key, build, lambda line: print(line, flush=True)) as place:
        assert (place / "whole").exists()
        print("held", flush=True)
        sys.stdin.read()
    """
)


@pytest.fixture
def log(tmp_path):
    """Where builds leave a line each."""
    return tmp_path / "log"


@pytest.fixture
def hold(tmp_path, log):
    """Starts processes that hold an environment until their input ends."""
    running = []

    def start(key="k", seconds=0.0):
        command = [sys.executable, "-c", HOLDER, tmp_path / "cache", key, log, str(seconds)]
        running.append(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def until(process, line):
    """Wait until it has printed a line; returns what it printed on the way."""
    seen = []
    for printed in process.stdout:
        seen.append(printed.strip())
        if line == seen[-1]:
            return seen
    raise AssertionError(f"it ended without {line!r}: {seen}")


def builder(content=b"x", log=None):
    def build(place):
        place.mkdir()
        (place / "file").write_bytes(content)
        if log is not None:
            log.append(place.name)

    return build


def kept(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def test_built_once_and_kept(tmp_path):
    cache, built = Cache(tmp_path / "cache", 2**40), []
    for _ in range(3):
        with cache.hold("a", builder(log=built), print) as place:
            assert (place / "file").read_bytes() == b"x"
    with cache.hold("b", builder(log=built), print):
        pass
    assert built == ["a", "b"]


def test_two_at_the_same_time_build_once(hold, log):
    first = hold(seconds=1)
    until(first, "building")
    second = hold(seconds=1)
    assert until(second, "held") == ["Waiting for another job that builds the same environment.", "held"]
    until(first, "held")
    assert log.read_text().split() == ["build"]


def test_many_at_the_same_time_build_once(hold, log):
    everyone = [hold(seconds=0.3) for _ in range(6)]
    for process in everyone:
        until(process, "held")
    assert log.read_text().split() == ["build"]


def test_others_do_not_wait(hold):
    until(hold("slow", 60), "building")
    until(hold("quick"), "held")


def test_one_killed_while_building_is_built_again(hold, log, tmp_path):
    first = hold(seconds=60)
    until(first, "building")
    waiting = hold(seconds=0)
    until(waiting, "Waiting for another job that builds the same environment.")
    os.kill(first.pid, signal.SIGKILL)
    until(waiting, "held")
    assert log.read_text().split() == ["build", "build"]
    assert (tmp_path / "cache" / "k" / "whole").exists()


def test_the_programs_of_a_killed_build_are_waited_for(hold, tmp_path):
    """They may go on writing, and must not write into what is built again."""
    code = HOLDER.replace("time.sleep(seconds)", "steps.run(['sleep', '2'], print)")
    code = "from lazward.environment import steps\n" + code
    first = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "cache", "k", tmp_path / "log", "0"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    until(first, "building")
    begin = time.monotonic()
    time.sleep(0.5)  # it has started its program
    first.kill()
    first.wait()
    until(hold(), "held")
    assert time.monotonic() - begin > 1.5


def test_the_rest_of_a_killed_build_is_cleared_away(hold, tmp_path):
    first = hold(seconds=60)
    until(first, "building")
    first.kill()
    first.wait()
    place = tmp_path / "cache" / "k"
    assert (place / "half").exists()
    with Cache(tmp_path / "cache", 2**40).hold("k", builder(), print):
        assert not (place / "half").exists()
        assert (place / "file").exists()


def test_a_build_that_fails_leaves_nothing(tmp_path):
    cache = Cache(tmp_path / "cache", 2**40)

    def fail(place):
        place.mkdir()
        (place / "half").touch()
        raise RuntimeError("no")

    for _ in range(2):
        with pytest.raises(RuntimeError, match="no"), cache.hold("a", fail, print):
            raise AssertionError("held")
        assert kept(tmp_path / "cache") == []
    with cache.hold("a", builder(), print) as place:
        assert place.exists()


def test_what_a_user_of_it_raises_leaves_it(tmp_path):
    cache, built = Cache(tmp_path / "cache", 2**40), []
    with pytest.raises(RuntimeError), cache.hold("a", builder(log=built), print):
        raise RuntimeError
    with cache.hold("a", builder(log=built), print):
        pass
    assert built == ["a"]


def test_the_least_used_goes_first(tmp_path):
    folder, built = tmp_path / "cache", []
    cache = Cache(folder, 2500)
    for key in ("a", "b", "a", "c"):  # b is the one not used for longest
        with cache.hold(key, builder(bytes(1000), built), print):
            pass
        time.sleep(0.02)
    assert kept(folder) == ["a", "c"]
    with cache.hold("b", builder(bytes(1000), built), print):
        pass
    assert kept(folder) == ["b", "c"]
    assert built == ["a", "b", "c", "b"]


def test_one_in_use_is_not_given_up(tmp_path):
    folder = tmp_path / "cache"
    cache = Cache(folder, 1500)
    with cache.hold("a", builder(bytes(1000)), print) as a:
        with cache.hold("b", builder(bytes(1000)), print):
            assert (a / "file").exists()
        assert kept(folder) == ["a", "b"]
    with cache.hold("c", builder(bytes(1000)), print):
        assert kept(folder) == ["c"]


def test_one_in_use_by_another_process_is_not_given_up(hold, tmp_path):
    folder = tmp_path / "cache"
    user = hold("used")
    until(user, "held")
    with Cache(folder, 0).hold("mine", builder(), print):
        assert kept(folder) == ["mine", "used"]
    user.kill()
    user.wait()
    with Cache(folder, 0).hold("mine", builder(), print):
        assert kept(folder) == ["mine"]


def test_its_own_stays_however_large(tmp_path):
    with Cache(tmp_path / "cache", 10).hold("a", builder(bytes(1000)), print) as place:
        assert (place / "file").exists()


def test_a_child_that_outlives_its_parent_keeps_no_lock(tmp_path):
    """What a script leaves running must not keep an environment for good."""
    folder = tmp_path / "cache"
    with Cache(folder, 2**40).hold("a", builder(), print):
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        with Cache(folder, 0).hold("b", builder(), print):
            assert kept(folder) == ["b"]
    finally:
        child.kill()
        child.wait()


def test_a_damaged_mark_does_no_harm(tmp_path):
    cache = Cache(tmp_path / "cache", 2**40)
    with cache.hold("a", builder(), print) as place:
        (place / ".ready").write_text("")
    with cache.hold("b", builder(), print):
        pass
    assert kept(tmp_path / "cache") == ["a", "b"]


def test_it_is_nobody_elses(tmp_path):
    with Cache(tmp_path / "cache", 2**40).hold("a", builder(), print):
        assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("why", ["stop", "time"])
def test_who_waits_for_another_hears_that_it_is_over(hold, tmp_path, why):
    until(hold(seconds=60), "building")
    stop, said = threading.Event(), []
    patience = Patience(stop, 0.5 if why == "time" else 60)
    if why == "stop":
        threading.Timer(0.5, stop.set).start()
    began = time.monotonic()
    told = "not wanted any more" if why == "stop" else "not ready after"
    with (
        pytest.raises(EnvironmentUnavailable, match=told),
        Cache(tmp_path / "cache", 2**40).hold("k", builder(), said.append, patience),
    ):
        raise AssertionError("held")
    assert time.monotonic() - began < 10
    assert said == ["Waiting for another job that builds the same environment."]
