"""One spool against a real server."""

import os
import time

import pytest
from tests.client.spool.conftest import point

from lazward.spool import folder
from lazward.spool.record import Kind
from lazward.spool.spool import LINGER


def lines(folder):
    return [line for file in folder.rglob("*.jsonl") for line in file.read_text().splitlines()]


def test_what_was_logged_arrives_by_itself(server, make_run, open_spool):
    run, spool = make_run(server), open_spool(server)
    spool.append(Kind.POINT, run.id, 1, point(1))
    end = time.monotonic() + 20
    while not run.steps():
        assert time.monotonic() < end
        time.sleep(0.05)
    assert run.steps() == [1]


def test_a_flush_waits_until_all_has_arrived(each_server, make_run, open_spool):
    run, spool = make_run(each_server), open_spool(each_server)
    for step in range(3000):
        spool.append(Kind.POINT, run.id, 1, point(step))
    spool.append(Kind.PARAM, run.id, 1, b'{"key":"p","value":"1"}')
    spool.append(Kind.TAG, run.id, 1, b'{"key":"t","value":"2"}')
    spool.append(Kind.UPDATE, run.id, 1, b'{"status":"FAILED","end_time":5}')
    assert spool.flush() == 0
    assert run.steps() == list(range(3000))
    assert (run.params, run.tags["t"], run.status) == ({"p": "1"}, "2", "FAILED")


def test_nothing_stays_on_disk_of_what_has_arrived(server, make_run, open_spool, root):
    run, spool = make_run(server), open_spool(server)
    spool.append(Kind.POINT, run.id, 1, point(1))
    spool.close()
    assert folder.paths(root) == []
    assert spool.statement == ""


def test_segments_go_as_they_are_sent(server, make_run, open_spool):
    run, spool = make_run(server), open_spool(server, max_bytes=400_000)
    for step in range(5000):
        spool.append(Kind.POINT, run.id, 1, point(step))
    spool.flush()
    assert folder.size(spool._folder.path) <= 100_000
    assert run.steps() == list(range(5000))


class TestRefused:
    @pytest.fixture
    def run(self, server, make_run):
        return make_run(server)

    def test_the_guilty_call_is_found_and_all_others_arrive(self, run, server, open_spool, root):
        spool = open_spool(server)
        for step in range(500):
            spool.append(Kind.POINT, run.id, 1, point(step, "bad$" if step in (20, 333) else "m"))
        spool.append(Kind.PARAM, run.id, 1, b'{"key":"p","value":"1"}')
        spool.append(Kind.PARAM, run.id, 1, b'{"key":"p","value":"2"}')
        assert spool.flush() == 0
        refusals = spool.take_refusals()
        assert [(r.call, r.keys) for r in refusals] == [
            ("log_metric", ["bad$"]),
            ("log_metric", ["bad$"]),
            ("log_param", ["p"]),
        ]
        assert "for parameter 'name' supplied" in str(refusals[0])
        assert f"of run {run.id} at {time.strftime('%Y-')}" in str(refusals[0])
        assert "Changing param values is not allowed" in refusals[2].message
        assert len(run.steps()) == 498
        assert run.params == {"p": "1"}
        assert len(lines(root / "refused")) == 3
        assert spool.take_refusals() == []

    def test_a_deleted_run_costs_few_requests(self, run, server, open_spool):
        with server.client() as http:
            http.post("/api/2.0/mlflow/runs/delete", json={"run_id": run.id})
        spool = open_spool(server)
        posted = []
        post = spool._link.post
        spool._link.post = lambda *args: (posted.append(args), post(*args))
        for step in range(500):
            spool.append(Kind.POINT, run.id, 1, point(step))
        spool.flush()
        assert len(spool.take_refusals()) == 500
        assert len(posted) < 10

    def test_the_calls_of_other_runs_go_on(self, run, server, open_spool):
        spool = open_spool(server)
        spool.append(Kind.POINT, "0" * 32, 1, point(1))
        spool.append(Kind.POINT, run.id, 1, point(1))
        spool.flush()
        assert run.steps() == [1]
        assert [r.run_id for r in spool.take_refusals()] == ["0" * 32]


class TestTrouble:
    def test_a_busy_server_is_asked_again_and_in_order(self, recorder, open_spool):
        busy = recorder()
        busy.answers = [(503, {}, {}), (429, {}, {"Retry-After": "1"}), (500, b"<html>", {})]
        spool = open_spool(busy)
        spool.append(Kind.TAG, "r", 1, b'{"key":"t","value":"1"}')
        assert spool.flush() == 0
        assert len(busy.requests) == 4

    def test_whoever_is_not_let_in_is_told_once_and_nothing_is_lost(
        self, server, make_run, open_spool, capfd
    ):
        run, spool = make_run(server), open_spool(server, token="wrong")
        for step in range(3):
            spool.append(Kind.POINT, run.id, 1, point(step))
            assert spool.flush(LINGER * 3)
        told = capfd.readouterr().err
        assert told.count("does not let you log") == 1
        assert "lazward token save" in told
        open_spool(server)  # gives the right token
        assert spool.flush() == 0
        assert run.steps() == [0, 1, 2]
        assert "takes what is logged again" in capfd.readouterr().err

    def test_a_flush_ends_in_time_and_tells_what_is_left(self, recorder, open_spool, capfd):
        away = recorder()
        away.shutdown()
        away.server_close()
        spool = open_spool(away)
        spool.append(Kind.POINT, "r", 1, point(1))
        spool.append(Kind.BATCH, "r", 7, b'{"metrics":[]}')
        assert spool.flush(1.5) == 8
        assert f"8 entries for {away.url} are kept in {spool._folder.path}" in spool.statement
        assert "`lazward sync`" in spool.statement
        assert f"sending 8 entries to {away.url}" in capfd.readouterr().err

    def test_after_a_long_absence_one_more_try_is_enough(self, recorder, open_spool):
        away = recorder()
        away.shutdown()
        away.server_close()
        spool = open_spool(away, flush_timeout=1.0)
        spool.append(Kind.POINT, "r", 1, point(1))
        assert spool.flush() == 1
        time.sleep(0.5)
        tries = spool._link.trouble.tries
        assert spool.flush(60) == 1
        assert spool._link.trouble.tries <= tries + 2


class TestFull:
    def test_a_full_spool_sends_instead_while_the_server_answers(self, server, make_run, open_spool):
        run, spool = make_run(server), open_spool(server, max_bytes=2000)
        for step in range(300):
            spool.append(Kind.POINT, run.id, 1, point(step))
        assert spool.flush() == 0
        assert run.steps() == list(range(300))
        assert spool.statement == ""

    def test_what_is_larger_than_the_spool_is_sent_at_once(self, server, make_run, open_spool):
        run, spool = make_run(server), open_spool(server, max_bytes=2000)
        spool.append(Kind.TAG, run.id, 1, b'{"key":"t","value":"' + b"x" * 3000 + b'"}')
        assert run.tags["t"] == "x" * 3000

    def test_with_the_server_away_the_training_goes_on_and_is_told_once(self, recorder, open_spool, capfd):
        away = recorder()
        away.shutdown()
        away.server_close()
        spool = open_spool(away, max_bytes=2000)
        spool.append(Kind.POINT, "r", 1, point(0))
        spool.flush(1.0)
        for step in range(1, 500):
            spool.append(Kind.POINT, "r", 1, point(step))
        told = capfd.readouterr().err
        assert told.count("WARNING") == 1
        assert "is full" in told
        assert f"server away: {500 - spool.left} entries." in spool.statement


def test_a_thread_that_logs_after_the_end_writes_nowhere(server, make_run, open_spool, tmp_path):
    run, spool = make_run(server), open_spool(server)
    spool.append(Kind.POINT, run.id, 1, point(1))
    spool.close()
    opened = [
        (tmp_path / str(i)).open("wb") for i in range(20)
    ]  # one of them has the old descriptor's number
    spool.append(Kind.POINT, run.id, 1, point(2))
    assert [file.tell() for file in opened] == [0] * 20
    assert "Lost" in spool.statement
    assert [(tmp_path / str(i)).stat().st_size for i in range(20)] == [0] * 20


class TestOtherProcesses:
    def test_what_a_killed_process_left_is_sent_by_the_next(
        self, server, make_run, open_spool, log_in_process, root, capfd
    ):
        run = make_run(server)
        away = log_in_process(server, run.id, 500, "--hang", LAZWARD_TOKEN="wrong", LAZWARD_SERVER=server.url)
        while not (away.poll() is not None or (root.exists() and folder.paths(root) and at(away) == 500)):
            time.sleep(0.05)
        away.kill()
        away.wait()
        assert run.steps() == []
        spool = open_spool(server)
        spool.append(Kind.POINT, run.id, 1, point(500))
        assert spool.flush() == 0
        assert run.steps() == list(range(501))
        assert "sent 500 entries that an earlier process had left" in capfd.readouterr().err
        assert folder.paths(root) == [spool._folder.path]

    def test_what_it_left_for_another_workspace_is_not_touched(self, server, open_spool, root):
        from lazward.spool import owner

        other = folder.create(root, owner.this_process("lazward+http://127.0.0.1:1/workspaces/other"))
        other.release()
        spool = open_spool(server)
        spool.append(Kind.POINT, "0" * 32, 1, point(1))
        spool.flush()
        assert other.path in folder.paths(root)


def at(process):
    try:
        return process.notes()
    except FileNotFoundError:
        return 0


def test_a_forked_child_has_a_spool_of_its_own(server, make_run, root):
    from lazward.client import tokens, uri
    from lazward.spool import process

    where = uri.parse(server.url + "/workspaces/default")
    tokens.give(where.server, server.token)
    run = make_run(server)
    process.spool(where).append(Kind.POINT, run.id, 1, point(0))
    child = os.fork()
    if not child:
        try:
            assert process.existing(where) is None
            for step in range(1, 100):
                process.spool(where).append(Kind.POINT, run.id, 1, point(step))
            process.close()
        finally:
            os._exit(0)
    for step in range(100, 200):
        process.spool(where).append(Kind.POINT, run.id, 1, point(step))
    assert os.waitpid(child, 0)[1] == 0
    process.close()
    assert run.steps() == list(range(200))
    assert folder.paths(root) == []


@pytest.mark.parametrize("way", ["fork", "spawn", "forkserver"])
def test_children_of_multiprocessing_send_all_before_they_end(server, make_run, root, way, monkeypatch):
    import multiprocessing

    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    run = make_run(server)
    context = multiprocessing.get_context(way)
    children = [
        context.Process(target=log_in_child, args=(server.url, run.id, list(range(i * 50, i * 50 + 50))))
        for i in range(3)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert run.steps() == list(range(150))
    assert folder.paths(root) == []


def log_in_child(url, run_id, steps):
    from lazward.client import uri
    from lazward.spool import process

    for step in steps:
        process.spool(uri.parse(url + "/workspaces/default")).append(Kind.POINT, run_id, 1, point(step))
