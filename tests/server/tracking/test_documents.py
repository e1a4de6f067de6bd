"""Ready answers never differ from the rows they were made of."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lazward.wire.base import KeyValue, encode
from lazward.wire.datasets import Dataset, DatasetInput, ModelOutput
from lazward.wire.metrics import DeleteTag
from lazward.wire.runs import RunStatus, UpdateRun
from lazward_server.tracking import api, datasets, documents, experiments, load, runs

from .conftest import WORKSPACE, Desk

CHANGES: dict[str, Callable[[Desk, str], Any]] = {
    "point": lambda desk, run: desk.log(run, [("m", 9, 9, 9)]),
    "param": lambda desk, run: desk.log(run, params=[("new", "v")]),
    "tag": lambda desk, run: desk.log(run, tags=[("t", "w")]),
    "name": lambda desk, run: desk.write(runs.update, WORKSPACE, UpdateRun(run, run_name="other")),
    "status": lambda desk, run: desk.write(
        runs.update, WORKSPACE, UpdateRun(run, status=RunStatus.FAILED, end_time=9)
    ),
    "tag removed": lambda desk, run: desk.write(api._delete_tag, WORKSPACE, DeleteTag(run, "t")),
    "deleted": lambda desk, run: desk.write(runs.delete, WORKSPACE, run),
    "restored": lambda desk, run: (
        desk.write(runs.delete, WORKSPACE, run),
        make_all(desk),
        desk.write(runs.restore, WORKSPACE, run),
    ),
    "experiment deleted": lambda desk, _run: desk.write(experiments.delete, WORKSPACE, desk.experiment),
    "experiment restored": lambda desk, _run: (
        desk.write(experiments.delete, WORKSPACE, desk.experiment),
        make_all(desk),
        desk.write(experiments.restore, WORKSPACE, desk.experiment),
    ),
    "dataset": lambda desk, run: desk.write(
        datasets.log_inputs, WORKSPACE, run, [DatasetInput(Dataset("d", "x", "s", "u"))], []
    ),
    "output": lambda desk, run: desk.write(datasets.log_outputs, WORKSPACE, run, [ModelOutput("m-1")]),
}


def make_all(desk: Desk) -> None:
    while desk.write(documents.make):
        pass


def answer(desk: Desk, run_id: str) -> dict[str, Any]:
    return json.loads(bytes(desk.read(documents.one, WORKSPACE, run_id)))


def from_rows(desk: Desk, run_id: str) -> dict[str, Any]:
    number = desk.read(runs.find, WORKSPACE, run_id).id
    return json.loads(encode(desk.read(load.load, [number])[number]))


@pytest.mark.parametrize("change", CHANGES)
def test_every_write_to_a_run_shows_at_once(desk: Desk, change: str) -> None:
    run_id, other = desk.run(), desk.run()
    desk.log(run_id, [("m", 1, 1, 1)], [("p", "1")], [("t", "v")])
    make_all(desk)
    before = answer(desk, run_id)
    assert before == from_rows(desk, run_id)
    CHANGES[change](desk, run_id)
    assert answer(desk, run_id) == from_rows(desk, run_id)
    if "restored" not in change:
        assert answer(desk, run_id) != before
    make_all(desk)
    assert answer(desk, run_id) == from_rows(desk, run_id)
    assert answer(desk, other) == from_rows(desk, other)


def test_a_page_mixes_ready_and_fresh_runs_in_the_order_asked_for(desk: Desk) -> None:
    ids = [desk.run(tags=[KeyValue("n", str(i))]) for i in range(6)]
    make_all(desk)
    ids.append(desk.run())
    desk.log(ids[2], [("m", 1, 1, 1)])
    numbers = [desk.read(runs.find, WORKSPACE, run_id).id for run_id in ids]
    order = [numbers[i] for i in (6, 0, 2, 5, 1)]
    found = desk.read(documents.fetch, order)
    assert [json.loads(bytes(raw))["info"]["run_id"] for raw in found] == [ids[i] for i in (6, 0, 2, 5, 1)]


def test_what_a_run_logged_has_one_order_whatever_was_written_first(desk: Desk) -> None:
    run_id = desk.run()
    keys = [f"k{number:02}" for number in range(30)]
    desk.log(run_id, [(key, 1, 1, 1) for key in keys])
    for key in reversed(keys):
        desk.log(run_id, [(key, 2, 2, 2)], [(key, "v")], [(key, "v")])
    data = from_rows(desk, run_id)["data"]
    for kind in ("metrics", "params", "tags"):
        found = [one["key"] for one in data[kind] if one["key"].startswith("k")]
        assert found == keys, kind
