"""Following a job, with answers in an order that real servers seldom give."""

import pytest

from lazward.client import follow, uri
from lazward.client.http import Connection
from lazward.errors import NotFound
from lazward.wire.jobs import BUILD_LOG, LOG

JOB = {
    "run_id": "1", "experiment_id": "1", "experiment": "e", "name": "n", "compute": "local",
    "state": "Running", "spec": {}, "submitted_by": "me", "created_at": 1, "attempt": 1,
}  # fmt: skip


def answer(**more):
    return 200, JOB | more, {}


def log(text):
    return 200, text, {}


def test_half_a_character_waits_for_the_rest(recorder):
    server = recorder()
    one, two = "ü".encode()[:1], "ü".encode()[1:]
    server.answers = [
        answer(), log(b""), log(b"z" + one), log(two), log(b""),
        answer(state="Completed"), log(b""), log(b"\xff"), log(b""),
    ]  # fmt: skip
    follower = follow.Follower(Connection(uri.parse(server.url)), "1")
    assert list(follower) == [(LOG, "z"), (LOG, "ü"), (LOG, "\ufffd")]
    assert follower.job.state == "Completed"
    offsets = [path.rpartition("offset=")[2] for _, path, _ in server.requests if LOG in path]
    assert offsets == ["0", "2", "3", "3", "4"]


def test_what_was_written_before_the_end_is_read_after_it(recorder):
    server = recorder()
    server.answers = [
        answer(), log(b""), log(b""),
        answer(state="Failed"), log(b"built"), log(b""), log(b"last"), log(b""),
    ]  # fmt: skip
    follower = follow.Follower(Connection(uri.parse(server.url)), "1")
    assert list(follower) == [(BUILD_LOG, "built"), (LOG, "last")]


def test_changes_are_told_once(recorder):
    server = recorder()
    server.answers = []
    for more in (
        {"state": "Queued", "reason": "busy"},
        {"state": "Queued", "reason": "busy"},
        {"state": "Queued"},
    ):
        server.answers += [answer(**more), log(b""), log(b"")]
    server.answers += [answer(state="Canceled"), log(b""), log(b"")]
    told = []
    list(follow.Follower(Connection(uri.parse(server.url)), "1", changed=told.append))
    assert [(job.state, job.reason) for job in told] == [
        ("Queued", "busy"),
        ("Queued", None),
        ("Canceled", None),
    ]


@pytest.mark.slow  # it waits as users would
def test_being_away_is_told_once_each_time(recorder):
    server = recorder()
    busy = [(503, {"error_code": "TEMPORARILY_UNAVAILABLE", "message": "soon"}, {})] * 8
    server.answers = [
        *busy, answer(), log(b""), *busy, log(b"a"), log(b""), answer(state="Completed"), log(b""), log(b""),
    ]  # fmt: skip
    told = []
    follower = follow.Follower(Connection(uri.parse(server.url)), "1", away=told.append)
    assert [piece.text for piece in follower] == ["a"]
    assert [error.message for error in told] == ["soon", "soon"]


def test_a_refusal_is_not_waited_for(recorder):
    server = recorder()
    server.answers = [(404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no job"}, {})]
    with pytest.raises(NotFound):
        follow.Follower(Connection(uri.parse(server.url)), "1")
    assert len(server.requests) == 1
