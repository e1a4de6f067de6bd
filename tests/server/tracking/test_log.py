"""What runs log: dedupe, latest, params, tags, and batches that are all or nothing."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazward.errors import InvalidRequest, NotFound
from lazward_server.tracking import documents, history, metrics, runs

from .conftest import WORKSPACE, Desk


def run_of(desk: Desk, run_id: str) -> dict[str, Any]:
    return json.loads(bytes(desk.read(documents.one, WORKSPACE, run_id)))


def latest(desk: Desk, run_id: str) -> dict[str, Any]:
    return {m["key"]: m["value"] for m in run_of(desk, run_id)["data"].get("metrics", [])}


def points(desk: Desk, run_id: str, key: str = "m") -> list[tuple[int, int, Any]]:
    desk.settle()
    found, _ = desk.read(history.page, WORKSPACE, run_id, key, 0, "")
    return [(m.timestamp, m.step, m.value) for m in found]


def test_a_point_logged_twice_is_kept_once(desk: Desk) -> None:
    run_id = desk.run()
    desk.log(run_id, [("m", 1, 5, 0), ("m", 1, 5, 0)])
    desk.log(run_id, [("m", 1, 5, 0)])
    desk.log(run_id, [("m", 2, 5, 0)])
    assert points(desk, run_id) == [(5, 0, 1.0), (5, 0, 2.0)]


def test_latest_is_by_step_then_time_then_value_not_by_arrival(desk: Desk) -> None:
    run_id = desk.run()
    desk.log(run_id, [("m", 3, 10, 7)])
    desk.log(run_id, [("m", 9, 99, 6)])
    assert latest(desk, run_id) == {"m": 3}
    desk.log(run_id, [("m", 2, 11, 7), ("m", 4, 11, 7), ("m", 8, 10, 7)])
    assert latest(desk, run_id) == {"m": 4}


def test_nan_is_kept_and_answered_as_text(desk: Desk) -> None:
    run_id = desk.run()
    desk.log(run_id, [("m", math.nan, 5, 0), ("m", 1, 5, 0), ("m", math.nan, 5, 0)])
    assert points(desk, run_id) == [(5, 0, 1.0), (5, 0, "NaN")]
    assert latest(desk, run_id) == {"m": "NaN"}


def test_a_long_stretch_and_single_points_of_a_key_meet(desk: Desk) -> None:
    run_id = desk.run()
    desk.log(run_id, [("m", step, step, step) for step in range(100)])
    for step in (3, 100, 101):
        desk.log(run_id, [("m", step, step, step)])
    assert points(desk, run_id) == [(step, step, float(step)) for step in range(102)]


def test_a_full_inbox_folds_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_INBOX_LIMIT", 10)
    run_id = desk.run()
    for step in range(25):
        desk.log(run_id, [("m", step, step, step)])
    assert desk.read(metrics.unfolded) in (0, 5)
    assert len(points(desk, run_id)) == 25


def test_params_are_written_once(desk: Desk) -> None:
    run_id = desk.run()
    desk.log(run_id, params=[("p", "1"), ("empty", "")])
    desk.log(run_id, params=[("p", "1")])
    with pytest.raises(InvalidRequest, match="Changing param values is not allowed"):
        desk.log(run_id, params=[("p", "2")])
    found = {p["key"]: p["value"] for p in run_of(desk, run_id)["data"]["params"]}
    assert found == {"p": "1", "empty": ""}


def test_a_refused_batch_leaves_nothing_behind(desk: Desk) -> None:
    run_id = desk.run()
    desk.log(run_id, params=[("p", "1")])
    with pytest.raises(InvalidRequest):
        desk.log(run_id, [("m", 1, 1, 1)], [("new", "x"), ("p", "2")], [("t", "v")])
    data = run_of(desk, run_id)["data"]
    assert "metrics" not in data
    assert [p["key"] for p in data["params"]] == ["p"]
    assert [t["key"] for t in data["tags"]] == ["mlflow.runName"]


def test_in_one_group_the_first_param_wins_and_only_the_other_batch_fails(desk: Desk) -> None:
    run_id, other = desk.run(), desk.run()
    outcomes = desk.log_together(
        desk.batch(run_id, params=[("p", "1")]),
        desk.batch(run_id, [("m", 1, 1, 1)], [("p", "2")]),
        desk.batch("f" * 32, [("m", 1, 1, 1)]),
        desk.batch(other, [("m", 5, 1, 1)]),
    )
    assert outcomes[0] is None
    assert isinstance(outcomes[1], InvalidRequest)
    assert isinstance(outcomes[2], NotFound)
    assert outcomes[3] is None
    assert latest(desk, run_id) == {}
    assert latest(desk, other) == {"m": 5}


def test_duplicate_params_in_a_batch_are_refused_even_when_equal(desk: Desk) -> None:
    with pytest.raises(InvalidRequest, match="Duplicate parameter keys have been submitted"):
        desk.batch("x", params=[("p", "1"), ("p", "1")])


def test_the_name_tag_and_the_name_are_one(desk: Desk) -> None:
    run_id = desk.run(run_name="first")
    desk.log(run_id, tags=[("mlflow.runName", "second")])
    found = run_of(desk, run_id)
    assert found["info"]["run_name"] == "second"
    assert found["data"]["tags"] == [{"key": "mlflow.runName", "value": "second"}]


@pytest.mark.parametrize(("count", "what"), [(1001, "metrics"), (101, "params"), (101, "tags")])
def test_limits_of_a_batch(desk: Desk, count: int, what: str) -> None:
    most = 1000 if what == "metrics" else 100
    values = [(f"k{i}", 1, 1, 1) if what == "metrics" else (f"k{i}", "v") for i in range(count)]
    with pytest.raises(InvalidRequest, match=f"at most {most} {what}. Got {count} {what}"):
        desk.batch("x", **{"points" if what == "metrics" else what: values})
    desk.batch("x", **{"points" if what == "metrics" else what: values[:most]})


@pytest.mark.parametrize(
    "key", ["", ".", "..", "../a", "/a", "a/", "a//b", "a/../b", "a\tb", "a#b", "x" * 251]
)
def test_keys_that_could_not_be_paths_are_refused(desk: Desk, key: str) -> None:
    with pytest.raises(InvalidRequest, match=r"metrics\[0\].name"):
        desk.batch("x", [(key, 1, 1, 1)])


def test_odd_but_legal_keys_are_kept(desk: Desk) -> None:
    run_id = desk.run()
    keys = ["a/b c", "α-β.γ:δ", "_", "x" * 250, "9"]
    desk.log(run_id, [(key, 1, 1, 1) for key in keys])
    assert set(latest(desk, run_id)) == set(keys)


def test_deleted_runs_take_nothing_until_restored(desk: Desk) -> None:
    run_id = desk.run()
    desk.log(run_id, [("m", 1, 1, 1)])
    desk.write(runs.delete, WORKSPACE, run_id)
    with pytest.raises(InvalidRequest, match=r"must be in the 'active' state. Current state is deleted"):
        desk.log(run_id, [("m", 2, 2, 2)])
    desk.write(runs.restore, WORKSPACE, run_id)
    desk.log(run_id, [("m", 3, 3, 3)])
    assert latest(desk, run_id) == {"m": 3}


def test_runs_of_another_workspace_do_not_exist(desk: Desk) -> None:
    run_id = desk.run()
    with pytest.raises(NotFound):
        desk.batched(desk._log, desk.batch(run_id, [("m", 1, 1, 1)])._replace(workspace_id=2))
    with pytest.raises(NotFound):
        desk.read(documents.one, 2, run_id)


point = st.tuples(
    st.sampled_from("ab"),
    st.sampled_from([0.0, 1.0, -2.5, math.nan, 1.7976931348623157e308]),
    st.integers(0, 3),
    st.integers(-2, 3),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(point, max_size=8), max_size=5), page=st.integers(1, 4))
def test_history_and_latest_are_what_a_plain_list_would_give(
    desk: Desk, batches: list[list[tuple[str, float, int, int]]], page: int
) -> None:
    run_id = desk.run()
    for batch in batches:
        desk.log(run_id, batch)
    desk.settle()

    def order(row: tuple[int, int, Any]) -> tuple[int, int, bool, Any]:
        return (row[0], row[1], row[2] == "NaN", 0 if row[2] == "NaN" else row[2])

    for key in "ab":
        kept = {
            (t, s, "NaN" if math.isnan(v) else v) for batch in batches for k, v, t, s in batch if k == key
        }
        expected = sorted(kept, key=order)
        got: list[tuple[int, int, Any]] = []
        token: str | None = ""
        while token is not None:
            found, token = desk.read(history.page, WORKSPACE, run_id, key, page, token)
            assert 0 < len(found) <= page or not kept
            got += [(m.timestamp, m.step, m.value) for m in found]
        assert got == expected
        if kept:
            newest = max(kept, key=lambda row: (row[1], row[0], *order(row)[2:]))
            assert latest(desk, run_id)[key] == newest[2]
