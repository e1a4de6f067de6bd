"""What goes wrong around a training, again and again: no point is lost, none is doubled.

A few rounds by default. ``LAZWARD_FAULT_ROUNDS`` sets the number of the long runs, which are ``slow``, and
``LAZWARD_AWAY_SECONDS`` for how long the server stays away in its long run.
"""

import json
import os
import random
import re
import subprocess
import time

import pytest
from tests.conftest import LAZWARD

from lazward.client import credentials
from lazward.spool import folder

LONG = [pytest.mark.slow, pytest.mark.timeout(7200)]
ROUNDS = [1, pytest.param(int(os.environ.get("LAZWARD_FAULT_ROUNDS", "20")), marks=LONG)]
AWAY = [pytest.param(float(os.environ.get("LAZWARD_AWAY_SECONDS", "600")), marks=LONG)]


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def noted(process):
    try:
        return process.notes()
    except FileNotFoundError:
        return 0


def sync(server, root, *options):
    """Run ``lazward sync``; returns its status and what it prints."""
    done = subprocess.run(
        [LAZWARD, "sync", *options],
        env=server.environment(LAZWARD_SPOOL_DIR=str(root)),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def restart(server, start_server):
    """Start a stopped or killed server again, where it was."""
    return start_server(home=server.home, port=int(server.url.rpartition(":")[2]))


@pytest.mark.parametrize("kills", ROUNDS)
def test_the_server_is_killed_and_restarted_during_logging(
    start_server, make_run, log_in_process, kills, root
):
    server, chance = start_server(), random.Random(kills)
    run = make_run(server)
    training = log_in_process(server, run.id, 1_000_000, "--pause", "0.001", "--tag")
    wait_for(lambda: noted(training) > 10)
    for _ in range(kills):
        time.sleep(chance.uniform(0.3, 1.5))
        server.kill()
        time.sleep(chance.uniform(0.0, 0.5))
        server = restart(server, start_server)
    before = noted(training)
    wait_for(lambda: noted(training) > before)
    assert training.poll() is None
    training.kill()
    training.wait()
    count = noted(training)
    sync(server, root)
    steps = run.steps()
    assert steps in (list(range(count)), list(range(count + 1)))
    assert int(run.tags["latest"]) in (count - 1, count)
    assert count > 100 * kills


@pytest.mark.parametrize("seconds", AWAY)
def test_the_server_is_away_and_comes_back_while_the_training_runs(
    start_server, make_run, log_in_process, seconds, root
):
    server = start_server()
    run = make_run(server)
    training = log_in_process(server, run.id, int(seconds * 100) + 1000, "--pause", "0.01", "--end")
    wait_for(lambda: noted(training) > 10)
    server.stop()
    time.sleep(seconds)
    restart(server, start_server)
    assert training.wait(60 + seconds) == 0, training.told()
    assert run.steps() == list(range(int(seconds * 100) + 1000))
    assert run.status == "FINISHED"
    assert folder.paths(root) == []


@pytest.mark.slow
def test_the_training_ends_while_the_server_is_away(start_server, make_run, log_in_process, root):
    server = start_server()
    run = make_run(server)
    training = log_in_process(server, run.id, 200, "--pause", "0.01", "--end", LAZWARD_FLUSH_TIMEOUT="1")
    wait_for(lambda: noted(training) > 10)
    server.stop()
    assert training.wait(60) == 0
    told = training.told()
    left = int(re.search(r"(\d+) entries for \S+ are kept in ", told)[1])
    status, printed = sync(server, root, "--wait", "0.5")
    assert status == 1
    assert f"Sent 0 entries to {server.url}/workspaces/default. {left} entries are left in " in printed
    restart(server, start_server)
    assert sync(server, root)[1] == f"Sent {left} entries to {server.url}/workspaces/default.\n"
    assert run.steps() == list(range(200))
    assert run.status == "FINISHED"
    assert sync(server, root) == (0, "Nothing is left to send.\n")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_the_training_is_killed_and_lazward_sync_sends_the_rest(
    server, make_run, log_in_process, rounds, root
):
    chance = random.Random(rounds)
    for _ in range(rounds):
        run = make_run(server)
        training = log_in_process(server, run.id, 1_000_000, "--tag")
        wait_for(lambda training=training: noted(training) > 0)
        time.sleep(chance.uniform(0.0, 1.0))
        training.kill()
        training.wait()
        count = noted(training)
        status, printed = sync(server, root, "--server", server.url)
        assert status == 0, printed
        assert run.steps() in (list(range(count)), list(range(count + 1)))
        assert int(run.tags["latest"]) in (count - 2, count - 1, count)
        assert folder.paths(root) == []


def test_two_that_sync_at_once_send_nothing_twice_and_miss_nothing(server, make_run, log_in_process, root):
    runs = [make_run(server) for _ in range(4)]
    trainings = [log_in_process(server, run.id, 3000, "--hang", LAZWARD_TOKEN="no", LAZWARD_SERVER=server.url)
                 for run in runs]  # fmt: skip
    for training in trainings:
        wait_for(lambda training=training: noted(training) == 3000)
        training.kill()
        training.wait()
    env = server.environment(LAZWARD_SPOOL_DIR=str(root))
    both = [subprocess.Popen([LAZWARD, "sync"], env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = "".join(one.communicate()[0] for one in both)
    assert sum(map(int, re.findall(r"Sent (\d+)", printed.replace(",", "")))) == 4 * 3000
    assert [run.steps() for run in runs] == [list(range(3000))] * 4


@pytest.mark.parametrize("rounds", ROUNDS)
def test_the_token_is_revoked_and_replaced(server, make_run, log_in_process, rounds, tmp_path, root):
    own = tmp_path / "own"
    run = make_run(server)
    file = save(own, server.url, server.token)
    training = log_in_process(
        server, run.id, 1_000_000, "--pause", "0.001", LAZWARD_CONFIG_DIR=str(own), LAZWARD_FLUSH_TIMEOUT="60"
    )
    wait_for(run.steps)
    for number in range(1, rounds + 1):
        content = file.read_text()
        save(own, server.url, "lzw_revoked")
        wait_for(lambda number=number: training.told().count("does not let you log") == number)
        missing = len(run.steps())
        wait_for(lambda missing=missing: noted(training) > missing + 10)
        file.write_text(content)
        wait_for(lambda number=number: training.told().count("takes what is logged again") == number)
    training.kill()
    training.wait()
    assert sync(server, root)[0] == 0
    assert run.steps() in (list(range(noted(training))), list(range(noted(training) + 1)))


def save(config, url, token):
    """Keep a token in a configuration folder, in one step."""
    from tests.conftest import changed_environment

    with changed_environment(LAZWARD_CONFIG_DIR=str(config)):
        return credentials.save(url, token)


@pytest.mark.slow
class TestDisk:
    @pytest.fixture
    def small_disk(self, root):
        """A disk of 256 kB for the spools."""
        root.mkdir()
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", root], capture_output=True
        )
        if mounted.returncode:
            pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
        yield root
        subprocess.run(["umount", "-l", root], check=True)

    @pytest.mark.usefixtures("small_disk")
    def test_while_the_server_answers_nothing_is_lost(self, server, make_run, log_in_process):
        run = make_run(server)
        training = log_in_process(server, run.id, 10_000, "--end")
        assert training.wait(100) == 0
        assert "WARNING" not in training.told()
        assert run.steps() == list(range(10_000))
        assert run.status == "FINISHED"

    @pytest.mark.parametrize("rounds", ROUNDS)
    def test_with_the_server_away_the_training_goes_on_and_is_told_what_is_lost(
        self, start_server, make_run, log_in_process, small_disk, rounds
    ):
        server = start_server()
        for _ in range(rounds):
            run = make_run(server)
            server.stop()
            training = log_in_process(server, run.id, 10_000, LAZWARD_FLUSH_TIMEOUT="1")
            assert training.wait(60) == 0
            told = training.told()
            assert told.count("WARNING: the spool") == 1
            lost = re.search(r"Lost, as the spool was full and the server away: ([\d,]+) entries", told)[1]
            server = restart(server, start_server)
            assert sync(server, small_disk)[0] == 0
            steps = run.steps()
            assert 0 < len(steps) == len(set(steps)) == 10_000 - int(lost.replace(",", ""))


def test_a_power_cut_that_tore_the_last_record_costs_only_that(server, make_run, log_in_process, root):
    run = make_run(server)
    training = log_in_process(server, run.id, 300, "--hang", LAZWARD_TOKEN="no", LAZWARD_SERVER=server.url)
    wait_for(lambda: noted(training) == 300)
    training.kill()
    training.wait()
    (segment,) = folder.paths(root)[0].glob("*.log")
    os.truncate(segment, segment.stat().st_size - 7)
    status, printed = sync(server, root)
    assert status == 0
    assert "damaged bytes" in printed
    assert "Sent 299 entries" in printed
    assert run.steps() == list(range(299))


def test_what_the_server_refuses_is_told_by_lazward_sync_and_kept(server, log_in_process, root):
    training = log_in_process(server, "0" * 32, 2, "--hang", LAZWARD_TOKEN="no", LAZWARD_SERVER=server.url)
    wait_for(lambda: noted(training) == 2)
    training.kill()
    training.wait()
    status, printed = sync(server, root)
    assert status == 1
    assert printed.count("log_metric('m') of run 00000000000000000000000000000000 at ") == 2
    (kept,) = (root / "refused").iterdir()
    first = json.loads(kept.read_text().splitlines()[0])
    assert first["content"] == {"key": "m", "value": 0, "timestamp": 0, "step": 0}
    assert first["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert sync(server, root) == (0, "Nothing is left to send.\n")
