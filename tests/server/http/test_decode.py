"""From JSON and query strings to messages, by protobuf's rules and with errors that name the parameter."""

import contextlib
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazward.errors import InvalidRequest
from lazward.wire.base import MAX_FLOAT
from lazward.wire.experiments import SearchExperiments, ViewType
from lazward.wire.metrics import GetHistoryBulk, LogBatch, LogMetric
from lazward.wire.runs import CreateRun, SearchRuns, UpdateRun
from lazward_server.http import decode

POINT = {"run_id": "r", "key": "k", "value": 1.5, "timestamp": 7, "step": 2}


def metric(**changes: Any) -> LogMetric:
    return decode.body(LogMetric, json.dumps({**POINT, **changes}).encode())


def test_the_quick_and_the_lenient_reader_agree() -> None:
    assert metric() == metric(unknown="field")
    assert (
        decode.body(LogMetric, b'{"runId":"r","key":"k","value":1.5,"timestamp":"7","step":"2"}') == metric()
    )


def test_integers_come_as_numbers_or_text() -> None:
    assert metric(timestamp="5", step="-7").step == -7
    assert metric(step=3.0).step == 3


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("NaN", math.nan),
        ("Infinity", MAX_FLOAT),
        ("-Infinity", -MAX_FLOAT),
        ("1e400", MAX_FLOAT),
        ("2.5", 2.5),
    ],
)
def test_values_that_json_cannot_say_come_as_text(given: str, stored: float) -> None:
    value = metric(value=given).value
    assert value == stored or (math.isnan(value) and math.isnan(stored))


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_bare_tokens_are_taken_for_what_they_say(token: str) -> None:
    body = f'{{"run_id":"r","key":"k","timestamp":1,"value":{token}}}'
    value = decode.body(LogMetric, body.encode()).value
    assert math.isnan(value) if token == "NaN" else abs(value) == MAX_FLOAT


@pytest.mark.parametrize("field", ["run_id", "key", "value", "timestamp"])
@pytest.mark.parametrize("absent", ["left out", None, ""])
def test_missing_fields_are_named(field: str, absent: str | None) -> None:
    given = {**POINT, field: absent}
    if absent == "left out":
        del given[field]
    text = "Missing value for" if field in ("run_id", "key") or absent != "" else "Invalid value"
    with pytest.raises(InvalidRequest, match=f"{text}.*'{field}'"):
        decode.body(LogMetric, json.dumps(given).encode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("run_id", 31), ("key", ["k"]), ("value", True), ("value", "x"), ("value", {}), ("timestamp", -1),
        ("timestamp", "soon"), ("timestamp", 1.5), ("step", 2**63), ("step", True), ("step", "9" * 30),
    ],
)  # fmt: skip
def test_wrong_values_are_shown_with_their_parameter(field: str, value: Any) -> None:
    with pytest.raises(InvalidRequest, match=f"Invalid value .* for parameter '{field}' supplied"):
        metric(**{field: value})


def test_errors_inside_lists_carry_the_path() -> None:
    body = {"run_id": "r", "metrics": [{"key": "k", "value": 1, "timestamp": 1}, {"key": "k", "value": 1}]}
    with pytest.raises(InvalidRequest, match=r"'metrics\[1\].timestamp'"):
        decode.body(LogBatch, json.dumps(body).encode())
    with pytest.raises(InvalidRequest, match="'metrics'"):
        decode.body(LogBatch, b'{"run_id":"r","metrics":{}}')


def test_the_old_name_of_a_run_id_is_understood() -> None:
    assert decode.body(UpdateRun, b'{"run_uuid":"r"}').run_id == "r"


def test_experiment_ids_may_be_numbers_as_old_clients_send_them() -> None:
    assert decode.body(CreateRun, b'{"experiment_id":3}').experiment_id == "3"
    assert decode.body(SearchRuns, b'{"experiment_ids":[0,"1"]}').experiment_ids == ["0", "1"]


def test_enums_come_by_name_or_number() -> None:
    assert decode.body(UpdateRun, b'{"run_id":"r","status":3}').status is not None
    assert decode.query(SearchExperiments, "max_results=5&view_type=2").view_type is ViewType.DELETED_ONLY
    with pytest.raises(InvalidRequest, match="ACTIVE_ONLY, DELETED_ONLY, ALL"):
        decode.query(SearchExperiments, "max_results=5&view_type=SOME")


def test_repeated_parameters_of_a_query_are_a_list() -> None:
    assert decode.query(GetHistoryBulk, "run_id=a&run_id=b&metric_key=m").run_id == ["a", "b"]
    assert decode.query(GetHistoryBulk, "run_id=a&metricKey=m").metric_key == "m"


def test_a_body_encoded_twice_is_opened() -> None:
    assert decode.body(LogMetric, json.dumps(json.dumps(POINT)).encode()) == metric()


@pytest.mark.parametrize("body", [b"{", b"[1]", b"3", b"null", b"\xff\xfe", b"{'a':1}", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        decode.body(LogMetric, body)


NUL = json.dumps({**POINT, "key": "a\0b"})


@pytest.mark.parametrize(
    "body",
    [
        NUL.encode(),
        NUL.encode("utf-16"),
        NUL.encode("utf-32"),
        json.dumps(NUL).encode(),
        json.dumps(NUL).replace("\\\\u0000", "\\u005cu0000").encode(),  # the backslash in disguise
    ],
)
def test_nul_is_refused_however_it_is_written(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="'key' holds a NUL"):
        decode.body(LogMetric, body)


def test_nul_is_refused_in_lists_and_queries_and_ignored_with_unknown_fields() -> None:
    tags = [{"key": "a", "value": "b"}, {"key": "a", "value": "\0"}]
    with pytest.raises(InvalidRequest, match=r"tags\[1\].value"):
        decode.body(LogBatch, json.dumps({"run_id": "r", "tags": tags}).encode())
    with pytest.raises(InvalidRequest, match="NUL"):
        decode.query(GetHistoryBulk, "metric_key=%00")
    assert decode.body(LogMetric, json.dumps({**POINT, "deep": ["\0"], "\0": 1}).encode()) == metric()
    escaped = json.dumps({**POINT, "key": "a\\u0000"}).encode()  # six characters, no NUL among them
    assert decode.body(LogMetric, escaped).key == "a\\u0000"


@pytest.mark.parametrize("depth", [500, *range(900, 1000), 1500, 5000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("text", ["1", '"\\u0000"'])
def test_deep_nesting_is_an_invalid_request_or_ignored(depth: int, opening: str, text: str) -> None:
    closing = "]" if opening == "[" else "}"
    deep = opening * depth + text + closing * depth
    for body in (f'{{"run_id":{deep}}}', f'{{"run_id":"r","unknown":{deep}}}', deep):
        with contextlib.suppress(InvalidRequest):
            decode.body(LogBatch, body.encode())


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        decode.body(LogMetric, b'{"run_id":"r","key":"\\ud800","value":1,"timestamp":1}')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    ["run_id", "runId", "metrics", "params", "tags", "key", "value", "timestamp", "step"]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine it is
@given(st.dictionaries(fields, json_values))
def test_nothing_but_an_invalid_request_is_ever_raised(given_: dict[str, Any]) -> None:
    for kind in (LogMetric, LogBatch, SearchRuns):
        try:
            decode.body(kind, json.dumps(given_).encode("utf-8", "surrogatepass"))
        except InvalidRequest:
            pass
