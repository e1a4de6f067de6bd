"""What a launcher makes of what the server answers, and that its code runs on the oldest Python."""

import ast
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import lazward
from lazward.client import uri
from lazward.client.uri import WorkspaceUri
from lazward.errors import InvalidRequest, InvalidState, LazwardError, ServerUnreachable
from lazward.launcher import desk as desks
from lazward.launcher import heart as hearts
from lazward.launcher import outputs, system_metrics
from lazward.launcher.desk import Desk
from lazward.launcher.heart import Heart
from lazward.launcher.logs import Log, Sender
from lazward.launcher.settings import Settings
from lazward.wire.jobs import LOG, Report, State


class Answers:
    """A server that answers what the test lays down, the last of it again and again."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []
        self.asked: list[tuple[str, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                outer.asked.append((self.path, body))
                status, content = outer.answers[0] if len(outer.answers) == 1 else outer.answers.pop(0)
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_PUT = do_GET = answer  # noqa: N815 - names of http.server

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"


def error(status: int, code: str) -> tuple[int, bytes]:
    return status, b'{"error_code": "%s", "message": "so it is"}' % code.encode()


GOES_ON = (200, b'{"cancel": false}')
STOP = (200, b'{"cancel": true}')
GONE = error(401, "UNAUTHENTICATED")
TAKEN = error(400, "INVALID_STATE")
FULL = error(507, "RESOURCE_EXHAUSTED")
AWAY = (503, b"restarting")


@pytest.fixture
def server():
    running = Answers()
    yield running
    running.http.shutdown()
    running.http.server_close()


@pytest.fixture
def desk(server, tmp_path, monkeypatch):
    monkeypatch.setattr(desks, "_LONGEST", 0.2)
    where = WorkspaceUri(uri.server(server.url), "default")
    return Desk(Settings(where, "r", 3, "secret", tmp_path, tmp_path))


@pytest.mark.parametrize("passing", [AWAY, FULL, error(429, "REQUEST_LIMIT_EXCEEDED"), (502, b"<html>")])
def test_what_passes_is_waited_for(desk, server, passing):
    server.answers = [passing] * 6 + [GOES_ON]
    assert desk.insist(lambda: desk.report(Report(state=State.COMPLETED))) is False
    assert not desk.closed.is_set()
    assert server.asked[-1][1].count(b'"attempt":3') == 1


@pytest.mark.parametrize("over", [GONE, TAKEN, error(404, "RESOURCE_DOES_NOT_EXIST")])
def test_what_says_that_the_job_is_over_is_the_end(desk, server, over):
    server.answers = [AWAY, over]
    with pytest.raises(LazwardError):
        desk.insist(lambda: desk.report(Report()))
    assert desk.closed.is_set()


def test_another_fault_is_neither(desk, server):
    server.answers = [error(400, "INVALID_PARAMETER_VALUE")]
    with pytest.raises(InvalidRequest):
        desk.insist(lambda: desk.report(Report()))
    assert not desk.closed.is_set()


def test_a_server_that_never_comes_back_is_given_up(desk, server, monkeypatch):
    monkeypatch.setattr(desks, "_PATIENCE", 0.5)
    server.answers = [(502, b"")]
    began = time.monotonic()
    with pytest.raises(ServerUnreachable):
        desk.insist(lambda: desk.report(Report()))
    assert time.monotonic() - began < 10


def test_nobody_waits_for_a_job_that_is_over(desk, server):
    server.answers = [AWAY]
    threading.Timer(0.5, desk.closed.set).start()
    with pytest.raises(LazwardError):
        desk.insist(lambda: desk.report(Report()))


@pytest.mark.parametrize(("answer", "stops"), [(GOES_ON, False), (STOP, True), (GONE, True), (FULL, False)])
def test_the_heart_hears_whether_to_stop(desk, server, answer, stops):
    server.answers = [answer]
    with Heart(desk) as heart:
        heart.tell(State.RUNNING)
        assert heart.stop.wait(0.5 if not stops else 5) is stops
    assert desk.closed.is_set() is (answer is GONE)
    if not stops:
        assert b'"state":"Running"' in b"".join(body for _, body in server.asked)


class Fault(Exception):
    """What nobody foresaw."""


def broken(times, then):
    """Something that fails so many times before it does what it is to."""
    left = iter(range(times))

    def act(*given):
        if next(left, None) is not None:
            raise Fault("a fault of ours")
        return then(*given)

    return act


def test_a_heart_goes_on_after_what_nobody_foresaw(desk, server, monkeypatch, capfd):
    monkeypatch.setattr(hearts, "_EVERY", 0.05)
    monkeypatch.setattr(desk, "report", broken(2, desk.report))
    server.answers = [STOP]
    with Heart(desk) as heart:
        assert heart.stop.wait(5)
    assert capfd.readouterr().err.count("Fault: a fault of ours") == 1, "it is said, and once"


def test_logs_go_on_after_what_nobody_foresaw(desk, server, monkeypatch, capfd, tmp_path):
    monkeypatch.setattr(desk, "append_log", broken(2, desk.append_log))
    server.answers = [(200, b"{}")]
    log = Log(LOG, tmp_path / "log", 0)
    with Sender(desk, log):
        log.say("all of it")
        end = time.monotonic() + 5
        while not server.asked and time.monotonic() < end:
            time.sleep(0.05)
        assert server.asked
    assert "Fault: a fault of ours" in capfd.readouterr().err


def test_the_end_of_a_log_that_fails_does_not_hide_what_came_of_the_job(desk, monkeypatch, capfd, tmp_path):
    monkeypatch.setattr(desk, "append_log", broken(1000, desk.append_log))
    log = Log(LOG, tmp_path / "log", 0)
    with Sender(desk, log):
        log.say("all of it")
    assert "Fault: a fault of ours" in capfd.readouterr().err


def test_metrics_go_on_after_what_nobody_foresaw(desk, server, monkeypatch, capfd):
    monkeypatch.setattr(system_metrics, "_EVERY", 0.05)
    monkeypatch.setattr(system_metrics, "measure", broken(2, system_metrics.measure))
    server.answers = [(200, b"{}")]
    with system_metrics.SystemMetrics(desk, "r"):
        end = time.monotonic() + 5
        while len(server.asked) < 2 and time.monotonic() < end:
            time.sleep(0.05)
    assert len(server.asked) >= 2
    assert "Fault: a fault of ours" in capfd.readouterr().err


def test_outputs_go_on_after_what_nobody_foresaw(desk, server, monkeypatch, capfd, tmp_path):
    monkeypatch.setattr(outputs, "_EVERY", 0.05)
    server.answers = [(200, b"{}")]
    sent = outputs.Outputs(desk, "mlflow-artifacts:/1/r/artifacts", tmp_path, ["outputs"])
    monkeypatch.setattr(sent, "_files", broken(2, sent._files))
    with sent:
        (tmp_path / "outputs" / "x").write_text("1")
        end = time.monotonic() + 5
        while not server.asked and time.monotonic() < end:
            time.sleep(0.05)
    assert server.asked[0][0].endswith("/outputs/x")
    assert "Fault: a fault of ours" in capfd.readouterr().err


def test_the_rest_of_a_log_waits_for_the_server(desk, server, tmp_path):
    server.answers = [AWAY] * 10 + [(200, b"{}")]
    log = Log(LOG, tmp_path / "log", 100)
    with Sender(desk, log):
        log.say("all of it")
    path, body = server.asked[-1]
    assert path.endswith("user_logs/std_log.txt?offset=100")
    assert body == b"all of it\n"


@pytest.mark.parametrize("refusal", [GONE, TAKEN, error(400, "INVALID_PARAMETER_VALUE")])
def test_a_log_that_nobody_wants_is_the_end_without_a_word_too_many(desk, server, tmp_path, refusal, capfd):
    server.answers = [refusal]
    log = Log(LOG, tmp_path / "log", 0)
    with Sender(desk, log):
        log.say("all of it")
    said = capfd.readouterr().err
    assert "Traceback" not in said
    assert ("could not be sent" in said) is (refusal not in (GONE, TAKEN))


def test_who_was_asked_to_end_does_not_wait_for_a_server_that_is_away(desk, server, tmp_path):
    server.answers = [AWAY]
    log = Log(LOG, tmp_path / "log", 0)
    began = time.monotonic()
    log.say("all of it")
    with pytest.raises(SystemExit), Sender(desk, log):
        raise SystemExit(143)
    assert time.monotonic() - began < 10


def test_a_job_that_is_refused_is_not_begun(desk, server):
    server.answers = [TAKEN]
    with pytest.raises(InvalidState):
        desk.begin()


def test_the_code_is_that_of_python_3_10():
    root = Path(lazward.__file__).parent
    for file in root.rglob("*.py"):
        ast.parse(file.read_text(), str(file), feature_version=(3, 10))


def test_the_code_compiles_on_python_3_10(tmp_path):
    python = shutil.which("python3.10")
    if python is None or subprocess.run([python, "-V"], capture_output=True).returncode:
        pytest.skip("there is no Python 3.10 on this machine")
    root = Path(lazward.__file__).parent
    line = (
        "import pathlib, sys\n"
        "for file in pathlib.Path(sys.argv[1]).rglob('*.py'): compile(file.read_text(), str(file), 'exec')"
    )
    done = subprocess.run([python, "-c", line, root], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
