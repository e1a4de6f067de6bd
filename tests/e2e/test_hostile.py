"""Messages of enemies and broken clients: the protocol's error at once, and everybody else goes on."""

import json
import time

import pytest

API = "/api/2.0/mlflow/"


@pytest.fixture(scope="module")
def run(send):
    made = send.json("POST", f"{API}runs/create", {"experiment_id": "0"})
    return made["run"]["info"]["run_id"]


@pytest.fixture(autouse=True)
def _healthy_afterwards(server, send):
    yield
    assert send("GET", "/health").body == b"OK"
    assert server.process.poll() is None
    assert "Traceback" not in server.log.read_text()


# ---------------------------------------------------------------- JSON


BROKEN = [
    b"{",
    b"}",
    b"[",
    b'{"name"}',
    b'{"name":}',
    b'{"name":"x",}',
    b"{'name':'x'}",
    b'{"name":"x"',
    b'{"name":"x"}}',
    b'{"name":"x"} x',
    b'{"name":"\x01"}',
    b'{"name":"\x00"}',
    b'{"name":"\xff"}',
    b'{"name":"\xed\xa0\x80"}',
    b'{"name":"\\x"}',
    b'{"name":"\\ud800"}',
    b'{"name":"\\u12"}',
    b"\xff",
    b"\x00",
    b"\xef\xbb\xbf",
    b'{"name":01}',
    b"nul",
    b"[]",
    b"1",
    b'"x"',
    b"null",
    b"true",
    b"<xml/>",
    b"name=x",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"name":"x","unknown":' * 100_000,
    b'{"name":' + b"9" * 1_000_000 + b"}",
    b'{"name":' + b"-" * 100_000 + b"}",
]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_broken_json_is_an_invalid_parameter(send, body):
    answer = send("POST", f"{API}experiments/create", body)
    assert (answer.status, answer.error[0]) == (400, "INVALID_PARAMETER_VALUE")


def test_unknown_fields_are_ignored_however_deep(send, run):
    deep = "[" * 900 + "]" * 900
    body = f'{{"run_id":"{run}","key":"k","value":"v","unknown":{deep},"":1,"__class__":"x"}}'
    assert send("POST", f"{API}runs/set-tag", body).status == 200


def test_of_a_key_that_comes_twice_the_last_counts(send, run):
    body = f'{{"run_id":"x","run_id":"{run}","key":"twice","value":"1","value":"2"}}'
    assert send("POST", f"{API}runs/set-tag", body).status == 200
    tags = send.json("GET", f"{API}runs/get?run_id={run}")["run"]["data"]["tags"]
    assert {"key": "twice", "value": "2"} in tags


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("1e308", 1e308),
        ("1e999", 1.7976931348623157e308),
        ("-1e999", -1.7976931348623157e308),
        ("1e-400", 0.0),
        ("NaN", "NaN"),
        ('"NaN"', "NaN"),
        ('"Infinity"', 1.7976931348623157e308),
        ("1" + "0" * 308, 1e308),
        ("-0.0", 0.0),
        ("5e-324", 5e-324),
        ("0." + "0" * 1000 + "1", 0.0),
    ],
)
def test_odd_floats_come_back_as_the_protocol_says(send, run, value, stored):
    key = f"odd{abs(hash(value))}"
    body = f'{{"run_id":"{run}","key":"{key}","value":{value},"timestamp":1}}'
    assert send("POST", f"{API}runs/log-metric", body).status == 200
    history = send.json("GET", f"{API}metrics/get-history?run_id={run}&metric_key={key}")
    assert history["metrics"][0]["value"] == stored


@pytest.mark.parametrize("value", ["true", "null", '"x"', "[]", "{}", '""', '"1e"', '"0x10"'])
def test_a_metric_that_is_no_number_is_refused(send, run, value):
    body = f'{{"run_id":"{run}","key":"m","value":{value},"timestamp":1}}'
    answer = send("POST", f"{API}runs/log-metric", body)
    assert answer.error[0] == "INVALID_PARAMETER_VALUE"
    assert "value" in answer.error[1]


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", "text/json"]
)
def test_a_body_that_does_not_say_it_is_json_is_refused(send, kind):
    """A page of another site can send these without asking the browser first."""
    answer = send("POST", f"{API}experiments/create", '{"name":"typed"}', content_type=kind)
    assert answer.error == (
        "INVALID_PARAMETER_VALUE",
        "Bad Request. Content-Type must be one of ['application/json'].",
    )


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_taken_with_its_parameters(send, kind):
    assert send("POST", f"{API}experiments/search", '{"max_results":1}', content_type=kind).status == 200


def test_a_filter_of_ten_thousand_terms_is_answered_or_refused_soon(send):
    for term in ("metrics.a > 1", "params.b = 'x'", "tags.c LIKE '%'", "attributes.run_name != 'x'"):
        for joint in (" AND ", " OR "):
            body = {"experiment_ids": ["0"], "filter": joint.join([term] * 10_000)}
            start = time.monotonic()
            assert send("POST", f"{API}runs/search", json.dumps(body)).status in (200, 400)
            assert time.monotonic() - start < 5
    for text in (
        "(" * 100_000,
        "(" * 5000 + "metrics.a > 1" + ")" * 5000,
        "not " * 10_000,
        "'" * 99_999,
        "a" * 1_000_000,
    ):
        body = {"experiment_ids": ["0"], "filter": text}
        assert send("POST", f"{API}runs/search", json.dumps(body)).status == 400


# ---------------------------------------------------------------- deleted and unknown


def test_what_is_deleted_or_unknown_is_refused_with_its_own_code(send):
    experiment = send.json("POST", f"{API}experiments/create", {"name": "to be deleted"})["experiment_id"]
    run = send.json("POST", f"{API}runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"]
    send.json("POST", f"{API}experiments/delete", {"experiment_id": experiment})
    deleted = [
        ("runs/create", {"experiment_id": experiment}),
        ("experiments/set-experiment-tag", {"experiment_id": experiment, "key": "k", "value": "v"}),
        ("experiments/delete-experiment-tag", {"experiment_id": experiment, "key": "k"}),
        ("logged-models", {"experiment_id": experiment}),
        ("runs/log-metric", {"run_id": run, "key": "m", "value": 1, "timestamp": 1}),
        ("runs/log-parameter", {"run_id": run, "key": "m", "value": "1"}),
        ("runs/log-batch", {"run_id": run, "tags": [{"key": "a", "value": "b"}]}),
        ("runs/set-tag", {"run_id": run, "key": "m", "value": "1"}),
        ("runs/update", {"run_id": run, "status": "FINISHED"}),
        ("runs/log-inputs", {"run_id": run}),
    ]
    for path, body in deleted:
        answer = send("POST", API + path, json.dumps(body))
        assert (answer.status, answer.error[0]) == (400, "INVALID_PARAMETER_VALUE"), path
        assert "must be in the 'active' state" in answer.error[1], path
    unknown = "f" * 32
    for path, body in deleted[4:]:
        answer = send("POST", API + path, json.dumps(body | {"run_id": unknown}))
        assert answer.error == ("RESOURCE_DOES_NOT_EXIST", f"Run with id={unknown} not found"), path
    for path in ("delete", "restore"):
        body = {"experiment_id": "999999999"}
        assert (
            send("POST", f"{API}experiments/{path}", json.dumps(body)).error[0] == "RESOURCE_DOES_NOT_EXIST"
        )


def test_a_rename_of_a_deleted_experiment_is_no_fault_of_the_server(send):
    """Clients would try it again and again."""
    experiment = send.json("POST", f"{API}experiments/create", {"name": "to be renamed"})["experiment_id"]
    send.json("POST", f"{API}experiments/delete", {"experiment_id": experiment})
    body = json.dumps({"experiment_id": experiment, "new_name": "other"})
    assert send("POST", f"{API}experiments/update", body).status == 400
