import json

from hypothesis import given
from hypothesis import strategies as st

from lazward.spool import batch
from lazward.spool.record import Kind, Record


def made(kind, content, run=b"r", items=1):
    return Record(kind, run, items, 0, json.dumps(content).encode())


def point(step, run=b"r"):
    return made(Kind.POINT, {"key": "m", "value": step, "timestamp": 0, "step": step}, run)


def param(key, value="v"):
    return made(Kind.PARAM, {"key": key, "value": value})


def sent(records):
    return [(path.rpartition("/")[2], json.loads(body)) for path, body in posted(records)]


def posted(records):
    return [batch.request(one.records) for one in batch.batches(records)]


def test_many_calls_share_a_request():
    records = [point(1), param("a"), made(Kind.TAG, {"key": "t", "value": ""}), point(2)]
    ((path, body),) = sent(records)
    assert path == "log-batch"
    assert body["run_id"] == "r"
    assert [p["step"] for p in body["metrics"]] == [1, 2]
    assert body["params"] == [{"key": "a", "value": "v"}]
    assert body["tags"] == [{"key": "t", "value": ""}]


def test_a_batch_that_was_logged_as_one_travels_whole():
    metrics = [json.loads(point(step).content) for step in range(600)]
    first, second = (made(Kind.BATCH, {"metrics": metrics}, items=600) for _ in range(2))
    assert [len(body["metrics"]) for _, body in sent([first, second])] == [600, 600]


def test_a_call_alone_is_sent_as_what_it_was():
    assert sent([point(1)])[0] == ("log-metric", {"run_id": "r", **json.loads(point(1).content)})
    assert sent([param("a")])[0][0] == "log-parameter"
    assert sent([made(Kind.TAG, {"key": "t", "value": "v"})])[0][0] == "set-tag"


def test_no_request_is_larger_than_servers_take():
    assert [len(body.get("metrics", [])) for _, body in sent(map(point, range(2500)))] == [1000, 1000, 500]
    params = [len(body.get("params", [])) for _, body in sent(param(str(i)) for i in range(250))]
    assert params == [100, 100, 50]
    large = [param(str(i), "x" * 400_000) for i in range(5)]
    assert all(len(body) < 1_000_000 for _, body in posted(large))


def test_a_param_that_comes_again_meets_the_first_in_the_database():
    assert [path for path, _ in sent([param("a", "1"), param("b"), param("a", "2")])] == [
        "log-batch",
        "log-parameter",
    ]


def test_the_end_of_a_run_comes_after_all_it_logged_and_before_what_follows():
    end = made(Kind.UPDATE, {"status": "FINISHED"})
    paths = [path for path, _ in sent([point(1), point(2), end, point(3)])]
    assert paths == ["log-batch", "update", "log-metric"]


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.integers(0, 9)), max_size=60))
def test_each_run_keeps_its_order(calls):
    records = [
        point(i, run) if kind else made(Kind.UPDATE, {"end_time": i}, run)
        for i, (run, kind) in enumerate(calls)
    ]
    for run in (b"a", b"b", b"c"):
        order = [r for one in batch.batches(records) for r in one.records if r.run_id == run]
        assert order == [r for r in records if r.run_id == run]


def test_the_names_of_what_was_logged_are_known():
    both = {"metrics": [json.loads(point(1).content)], "params": [{"key": "p", "value": ""}]}
    assert batch.keys(made(Kind.BATCH, both)) == ["m", "p"]
    assert batch.keys(made(Kind.UPDATE, {"status": "FAILED"})) == []


def test_records_travel_together_and_apart_from_metrics():
    def noted(name, run=b"r"):
        content = {"records": [{"uid": name, "name": name, "kind": "value", "value": 1}]}
        return made(Kind.RECORDS, content, run)

    first, second = batch.batches([noted("a"), point(1), noted("b"), point(2)])
    path, body = batch.request(first.records)
    assert path == "/api/v1/runs/r/records"
    assert [one["name"] for one in json.loads(body)["records"]] == ["a", "b"]
    assert len(second.records) == 2
    assert batch.keys(noted("a")) == ["a"]
    assert len(batch.batches([noted(str(i)) for i in range(1001)])) == 2
    assert batch.request([noted("a", b"a/b")])[0] == "/api/v1/runs/a%2Fb/records"
