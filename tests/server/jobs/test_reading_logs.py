"""Logs as they are read while and after they are written: by events, piece by piece, and searched."""

import contextlib
import json
import threading

import pytest

from lazward.client import jobs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.wire.jobs import LOG, CreateJob, JobSpec


class Written:
    """A job whose launcher is the test."""

    def __init__(self, server):
        self.server = server
        at = Connection(WorkspaceUri(uri.server(server.url), "default"), lambda _server: server.token or None)
        created = jobs.create(at, CreateJob(experiment="logs", compute="local", spec=JobSpec(command="true")))
        self.run_id = created.job.run_id
        self.client = server.client()
        self.launcher = server.client()
        self.launcher.headers["Authorization"] = f"Bearer {created.token}"
        self.size = 0
        self._post("begin", {"attempt": created.job.attempt})
        self._post("report", {"state": "Running"})

    def write(self, content):
        data = content if isinstance(content, bytes) else content.encode()
        address = f"/api/v1/jobs/{self.run_id}/logs/{LOG}"
        self.launcher.put(address, params={"offset": self.size}, content=data).raise_for_status()
        self.size += len(data)

    def end(self):
        self._post("report", {"state": "Completed"})

    def read(self, **asked):
        return self.client.get(f"/api/v1/jobs/{self.run_id}/logs/{LOG}", params=asked)

    def find(self, text, **asked):
        answer = self.client.get(
            f"/api/v1/jobs/{self.run_id}/log-matches", params={"name": LOG, "text": text, **asked}
        )
        answer.raise_for_status()
        return answer.json()

    @contextlib.contextmanager
    def events(self, last=None, **asked):
        """An iterator over (event, id, data) as they come; comments are events without any."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": str(last)} if last is not None else {})
        address = f"/api/v1/jobs/{self.run_id}/logs/{LOG}"
        with self.client.stream("GET", address, params=asked, headers=headers) as answer:
            assert answer.status_code == 200, answer.read()
            yield answer, events_of(answer.iter_lines())

    def _post(self, what, body):
        self.launcher.post(f"/api/v1/jobs/{self.run_id}/{what}", json=body).raise_for_status()


def events_of(lines):
    fields = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            if "data" in fields:
                yield fields.get("event", ""), fields.get("id"), json.loads(fields["data"])
            fields = {}


def told(events):
    """All text up to the end, and the last id."""
    text, last = "", None
    for event, number, data in events:
        if event == "end":
            return text, last
        text, last = text + data["text"], int(number)
    raise AssertionError(f"it ended without a word, after {text!r}")


@pytest.fixture
def written(server):
    return Written(server)


class TestEvents:
    def test_what_is_written_comes_by_itself_and_the_end_is_told(self, written):
        written.write("first\n")
        with written.events() as (answer, events):
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["x-accel-buffering"] == "no"
            assert answer.headers["cache-control"] == "no-store"
            assert next(events) == ("", "6", {"text": "first\n"})
            written.write("10%\r20%\rdone\n")
            assert next(events) == ("", "19", {"text": "10%\r20%\rdone\n"})
            written.write("last words")
            written.end()
            assert told(events) == ("last words", 29)

    def test_it_is_taken_up_where_it_ended(self, written):
        written.write("0123456789")
        written.end()
        for asked in ({"last": 4}, {"offset": 4}, {"last": 4, "offset": 1}):
            with written.events(**asked) as (_, events):
                assert told(events) == ("456789", 10)
        with written.events(last=10) as (_, events):
            assert told(events) == ("", None)
        for nonsense in ("-1", "x", "9" * 30, "1e3"):
            with written.events(last=nonsense) as (_, events):
                assert told(events)[0] == "0123456789"

    def test_characters_are_never_cut(self, written):
        letter = "あ".encode()
        written.write(b"a" + letter[:1])
        with written.events() as (_, events):
            assert next(events) == ("", "1", {"text": "a"})
            written.write(letter[1:])
            assert next(events) == ("", "4", {"text": "あ"})
            written.write(b"\xff|" + letter[:2])
            written.end()
            assert told(events) == ("\ufffd|\ufffd", 8)

    def test_long_logs_come_in_pieces(self, written):
        line = "x" * 99 + "\n"
        written.write(line * 20_000)
        written.end()
        with written.events() as (_, events):
            assert told(events) == (line * 20_000, 2_000_000)

    def test_two_read_at_once_and_one_goes(self, written):
        with written.events() as (_, gone):
            written.write("a")
            assert next(gone)[2] == {"text": "a"}
        with written.events() as (_, events):
            written.write("b")
            written.end()
            assert told(events) == ("ab", 2)

    def test_markup_stays_text(self, written):
        written.write("<script>alert(1)</script>\n\ndata: x\n")
        written.end()
        with written.events() as (answer, events):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert told(events)[0] == "<script>alert(1)</script>\n\ndata: x\n"

    def test_a_server_that_stops_does_not_wait_for_readers(self, start_server):
        server = start_server()
        written = Written(server)
        written.write("a")
        with written.events() as (_, events):
            next(events)
            ended = threading.Event()
            threading.Thread(target=lambda: (server.stop(), ended.set()), daemon=True).start()
            assert ended.wait(20)

    @pytest.mark.parametrize("token", ["none", "lzw_" + "x" * 43])
    def test_who_may_not_read_it_gets_nothing(self, written, token):
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
        answer = written.client.get(f"/api/v1/jobs/{written.run_id}/logs/{LOG}", headers=headers)
        assert answer.status_code == 401

    def test_unknown_jobs_and_logs_are_told(self, written):
        headers = {"Accept": "text/event-stream"}
        for path in (f"{'f' * 32}/logs/{LOG}", f"{written.run_id}/logs/other.txt"):
            assert written.client.get(f"/api/v1/jobs/{path}", headers=headers).status_code == 404


class TestPieces:
    def test_any_part_is_read_and_the_size_told(self, written):
        written.write("0123456789")
        assert written.read(offset=3, limit=4).text == "3456"
        assert written.read(limit=0).headers["x-log-size"] == "10"
        written.end()
        assert (written.read(offset=8).text, written.read(offset=8).headers["x-log-size"]) == ("89", "10")
        assert written.read(offset=99).text == ""

    def test_more_than_a_request_reads_is_refused(self, written):
        assert written.read(limit=5 * 2**20).status_code == 400


class TestSearch:
    def test_a_text_is_counted_and_placed(self, written):
        written.write("Error: one\nfine\nERROR: あ two\n")
        found = written.find("error")
        assert found == {"count": 2, "offsets": [0, 16], "end": 31, "size": 31}
        assert written.find("あ two")["offsets"] == [23]
        assert written.find("error", offset=1)["offsets"] == [16]
        assert written.find("none")["count"] == 0
        written.end()
        assert written.find("error") == found

    def test_what_lies_across_two_steps_is_found_once(self, written):
        step = 4 * 2**20
        for place in (step - 3, 2 * step - 1):
            written.write("." * (place - written.size))
            written.write("needle")
        assert written.find("needle")["offsets"] == [step - 3, 2 * step - 1]

    def test_of_very_many_only_the_first_are_placed(self, written):
        written.write("ab" * 15_000)
        found = written.find("ab")
        assert (found["count"], len(found["offsets"])) == (15_000, 10_000)

    def test_nothing_to_look_for_is_refused(self, written):
        answer = written.client.get(
            f"/api/v1/jobs/{written.run_id}/log-matches", params={"name": LOG, "text": ""}
        )
        assert answer.status_code == 400
