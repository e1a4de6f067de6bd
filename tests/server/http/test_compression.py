"""Large answers are compressed for browsers elsewhere, and for nobody else."""

import gzip
import json
from typing import Any

import pytest

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept-Encoding": "gzip, deflate, br"}
ELSEWHERE = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http"}
SCRIPT = {"User-Agent": "mlflow-python-client/3.17.2", "Accept-Encoding": "gzip, deflate"}
API = "/api/2.0/mlflow/"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server behind a proxy, which are we, with one large run."""
    from tests.conftest import start

    running = start(tmp_path_factory.mktemp("proxied") / "home", "--trusted-proxy", "127.0.0.1")
    with running.client() as client:
        made = client.post(API + "runs/create", json={"experiment_id": "0"}).raise_for_status().json()
        run_id = made["run"]["info"]["run_id"]
        tags = [{"key": f"t{number}", "value": "v" * 4000} for number in range(10)]
        client.post(API + "runs/log-batch", json={"run_id": run_id, "tags": tags}).raise_for_status()
        yield client
    running.stop()


def ask(client: Any, headers: dict[str, str], **asked: Any) -> Any:
    """The raw answer to a search, asked twice: a head that is known goes another way."""
    for _ in range(2):
        with client.stream("POST", API + "runs/search", json=asked, headers=headers) as answer:
            raw = b"".join(answer.iter_raw())
            assert answer.status_code == 200
            assert int(answer.headers["content-length"]) == len(raw)
    return answer, raw


def test_a_browser_elsewhere_gets_less(proxied: Any) -> None:
    answer, raw = ask(proxied, BROWSER | ELSEWHERE, experiment_ids=["0"])
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"]
    plain = ask(proxied, SCRIPT | ELSEWHERE, experiment_ids=["0"])[1]
    assert gzip.decompress(raw) == plain
    assert len(raw) < len(plain) / 5


@pytest.mark.parametrize(
    "headers",
    [
        BROWSER,
        SCRIPT | ELSEWHERE,
        BROWSER | ELSEWHERE | {"Accept-Encoding": "identity"},
        BROWSER | ELSEWHERE | {"Accept-Encoding": "br;q=1, gzip;q=0"},
    ],
    ids=["here", "a script", "nothing is accepted", "gzip is refused"],
)
def test_others_get_answers_as_they_are(proxied: Any, headers: dict[str, str]) -> None:
    answer, raw = ask(proxied, headers, experiment_ids=["0"])
    assert "content-encoding" not in answer.headers
    assert len(json.loads(raw)["runs"]) == 1


def test_small_answers_are_not_worth_it(proxied: Any) -> None:
    answer, _ = ask(proxied, BROWSER | ELSEWHERE, experiment_ids=["77"])
    assert "content-encoding" not in answer.headers
