"""Every limit of the protocol: what lies at it is taken, one more is refused in the protocol's words.

Texts are of four-byte letters that no compression shortens, the worst that an index can be given.
"""

import itertools
import json
import random

import pytest

API = "/api/2.0/mlflow/"
LETTERS = random.Random(1)
numbers = itertools.count()


def text(length):
    return "".join(chr(LETTERS.randrange(0x20000, 0x2A6D0)) for _ in range(length))


@pytest.fixture
def send(each_server, sender):
    return sender(each_server)


@pytest.fixture
def experiment(send):
    return send.json("POST", f"{API}experiments/create", {"name": f"limits {next(numbers)}"})["experiment_id"]


@pytest.fixture
def run(send, experiment):
    made = send.json("POST", f"{API}runs/create", {"experiment_id": experiment})
    return made["run"]["info"]["run_id"]


@pytest.fixture
def model(send):
    name = f"limits {next(numbers)}"
    send.json("POST", f"{API}registered-models/create", {"name": name})
    send.json("POST", f"{API}model-versions/create", {"name": name, "source": "s3://bucket/model"})
    return name


@pytest.fixture
def logged_model(send, experiment):
    made = send.json("POST", f"{API}logged-models", {"experiment_id": experiment})
    return made["model"]["info"]["model_id"]


def pairs(count, prefix="k"):
    return [{"key": f"{prefix}{i}", "value": "v"} for i in range(count)]


def points(count):
    return [{"key": "m", "value": i, "timestamp": i, "step": i} for i in range(count)]


def dataset(**changes):
    return {
        "datasets": [{"dataset": {"name": "n", "digest": "d", "source_type": "t", "source": "s"} | changes}]
    }


def input_tag(key="k", value="v"):
    return {"datasets": [{"tags": [{"key": key, "value": value}], **dataset()["datasets"][0]}]}


def metric(**changes):
    return {"key": "m", "value": 1.0, "timestamp": 1} | changes


def of_experiment(**fields):
    return {"experiment_id": "experiment", **fields}


def of_run(**fields):
    return {"run_id": "run", **fields}


def of_model(**fields):
    return {"name": "model", **fields}


def of_version(**fields):
    return {"name": "model", "version": "1", **fields}


def tag(key="k", value="v"):
    return {"key": key, "value": value}


def full(metrics):
    return of_run(metrics=points(metrics), params=pairs(100), tags=pairs(100))


def located(length):
    return {"name": text(20), "artifact_location": "s3://b/".ljust(length, "x")}


# path, the body for a size, the limit; a value in the body that is a fixture's name stands for the fixture
LENGTHS = [
    ("experiments/create", lambda n: {"name": text(n)}, 500),
    ("experiments/create", located, 2048),
    ("experiments/update", lambda n: of_experiment(new_name=text(n)), 500),
    ("experiments/set-experiment-tag", lambda n: of_experiment(**tag(key=text(n))), 250),
    ("experiments/set-experiment-tag", lambda n: of_experiment(**tag(value=text(n))), 5000),
    ("runs/log-metric", lambda n: of_run(**metric(key=text(n))), 250),
    ("runs/log-parameter", lambda n: of_run(**tag(text(n), text(64))), 250),
    ("runs/set-tag", lambda n: of_run(**tag(key=text(n))), 250),
    ("runs/create", lambda n: of_experiment(tags=[tag(key=text(n))]), 250),
    ("runs/create", lambda n: of_experiment(user_id=text(n)), 256),
    ("runs/log-batch", lambda n: of_run(metrics=points(n)), 1000),
    ("runs/log-batch", lambda n: of_run(params=pairs(n)), 100),
    ("runs/log-batch", lambda n: of_run(tags=pairs(n)), 100),
    ("runs/log-batch", lambda n: full(n - 200), 1000),
    ("runs/log-batch", lambda n: of_run(metrics=[metric(key=text(n))]), 250),
    ("runs/log-inputs", lambda n: of_run(**dataset(name=text(n), digest=text(36))), 500),
    ("runs/log-inputs", lambda n: of_run(**dataset(digest=text(n))), 36),
    ("runs/log-inputs", lambda n: of_run(**dataset(source="s" * n)), 65_535),
    ("runs/log-inputs", lambda n: of_run(**dataset(schema="s" * n)), 1_048_575),
    ("runs/log-inputs", lambda n: of_run(**dataset(profile="s" * n)), 16_777_215),
    ("runs/log-inputs", lambda n: of_run(**input_tag(key=text(n))), 255),
    ("runs/log-inputs", lambda n: of_run(**input_tag(value=text(n))), 500),
    ("experiments/search-datasets", lambda n: {"experiment_ids": ["0"] * n}, 20),
    ("registered-models/create", lambda n: {"name": text(n)}, 256),
    ("registered-models/rename", lambda n: of_model(new_name=text(n)), 256),
    ("registered-models/set-tag", lambda n: of_model(**tag(key=text(n))), 250),
    ("registered-models/set-tag", lambda n: of_model(**tag(value=text(n))), 100_000),
    ("registered-models/alias", lambda n: of_version(alias=text(n)), 255),
    ("model-versions/set-tag", lambda n: of_version(**tag(key=text(n))), 250),
    ("model-versions/set-tag", lambda n: of_version(**tag(value=text(n))), 100_000),
    ("logged-models", lambda n: of_experiment(params=[tag(text(n), text(64))]), 250),
    ("logged-models", lambda n: of_experiment(tags=[tag(key=text(n))]), 250),
]


def filled(body, request):
    names = {"experiment", "run", "model"}
    return {
        k: request.getfixturevalue(v) if isinstance(v, str) and v in names else v for k, v in body.items()
    }


def identity(value):
    return value if isinstance(value, str) else None


@pytest.mark.parametrize(("path", "body", "limit"), LENGTHS, ids=identity)
def test_what_is_at_the_limit_is_taken_and_one_more_is_refused(send, request, path, body, limit):
    over = send("POST", API + path, json.dumps(filled(body(limit + 1), request)))
    assert (over.status, over.error[0]) == (400, "INVALID_PARAMETER_VALUE")
    at = send("POST", API + path, json.dumps(filled(body(limit), request)))
    assert at.status == 200, at


INT64 = (-(2**63), 2**63 - 1)
RANGES = [
    ("experiments/search", lambda n: {"max_results": n}, (1, 50_000)),
    ("runs/search", lambda n: {"experiment_ids": ["0"], "max_results": n}, (1, 50_000)),
    ("runs/log-metric", lambda n: of_run(**metric(timestamp=n)), (0, 2**63 - 1)),
    ("runs/log-metric", lambda n: of_run(**metric(step=n)), INT64),
    ("runs/log-metric", lambda n: of_run(**metric(step=str(n))), INT64),
    ("runs/create", lambda n: of_experiment(start_time=n), INT64),
    ("runs/update", lambda n: of_run(end_time=n), INT64),
]


@pytest.mark.parametrize(("path", "body", "ends"), RANGES, ids=identity)
def test_numbers_at_both_ends_are_taken_and_beyond_refused(send, request, path, body, ends):
    for number in (ends[0] - 1, ends[1] + 1):
        beyond = send("POST", API + path, json.dumps(filled(body(number), request)))
        assert (beyond.status, beyond.error[0]) == (400, "INVALID_PARAMETER_VALUE"), beyond
    for number in ends:
        assert send("POST", API + path, json.dumps(filled(body(number), request))).status == 200


INTERVAL = "metrics/get-history-bulk-interval?run_ids=RUN&metric_key=m"
QUERIES = [
    ("registered-models/search?max_results={}", (1, 1000)),
    ("model-versions/search?max_results={}", (1, 200_000)),
    ("metrics/get-history?run_id=RUN&metric_key=m&max_results={}", (0, 2**31 - 1)),
    (INTERVAL + "&max_results={}", (1, 2500)),
    (INTERVAL + f"&end_step={2**63 - 1}&start_step={{}}", INT64),
]


@pytest.mark.parametrize(("query", "ends"), QUERIES, ids=identity)
def test_numbers_in_queries_at_both_ends_are_taken_and_beyond_refused(send, run, query, ends):
    query = query.replace("RUN", run)
    for number in ends:
        assert send("GET", API + query.format(number)).status == 200
    for number in (ends[0] - 1, ends[1] + 1):
        assert send("GET", API + query.format(number)).error[0] == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    ("path", "name"), [("get-history-bulk", "run_id"), ("get-history-bulk-interval", "run_ids")]
)
def test_bulk_histories_take_a_hundred_runs(send, path, name):
    def ask(count):
        return send("GET", f"{API}metrics/{path}?metric_key=m" + f"&{name}=x" * count)

    assert ask(100).status == 200
    assert "100" in ask(101).error[1]
    assert ask(0).error[0] == "INVALID_PARAMETER_VALUE"


def test_a_batch_over_a_limit_tells_so_in_the_words_clients_match(send, run):
    body = {"run_id": run, "metrics": points(1001)}
    assert (
        send("POST", f"{API}runs/log-batch", json.dumps(body))
        .error[1]
        .startswith(
            "A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please split up"
        )
    )


def test_a_batch_that_fails_leaves_nothing_of_itself(send, run):
    send.json("POST", f"{API}runs/log-parameter", {"run_id": run, "key": "p", "value": "old"})
    bad = [
        {"params": [{"key": "p", "value": "new"}]},
        {"params": [{"key": "q", "value": "1"}, {"key": "q", "value": "1"}]},
        {"params": [{"key": "../x", "value": "1"}]},
        {"metrics": [metric(), metric(timestamp=-1)]},
        {"metrics": [metric(), metric(key="x" * 251)]},
        {"tags": [{"key": "..", "value": "1"}]},
    ]
    for wrong in bad:
        good = {"metrics": [metric(key="a")], "params": pairs(3), "tags": pairs(3, "t")}
        body = {"run_id": run} | {key: good.get(key, []) + wrong.get(key, []) for key in good}
        assert send("POST", f"{API}runs/log-batch", json.dumps(body)).status == 400, wrong
        data = send.json("GET", f"{API}runs/get?run_id={run}")["run"]["data"]
        assert "metrics" not in data
        assert data["params"] == [{"key": "p", "value": "old"}]
        assert [tag["key"] for tag in data["tags"]] == ["mlflow.runName"]


@pytest.mark.parametrize(
    ("path", "field", "limit"), [("log-parameter", "params", 6000), ("set-tag", "tags", 8000)]
)
def test_long_values_of_runs_are_cut_as_clients_expect(send, run, path, field, limit):
    send.json("POST", f"{API}runs/{path}", {"run_id": run, "key": "k", "value": text(limit + 1)})
    data = send.json("GET", f"{API}runs/get?run_id={run}")["run"]["data"]
    (value,) = [item["value"] for item in data[field] if item["key"] == "k"]
    assert len(value) == limit


def test_the_longest_names_together_are_taken_or_refused(send, each_server, run, logged_model):
    """PostgreSQL cannot index them when they are all of four-byte letters."""
    point = metric(key=text(250), model_id=logged_model, dataset_name=text(500), dataset_digest=text(36))
    answer = send("POST", f"{API}runs/log-batch", json.dumps({"run_id": run, "metrics": [point]}))
    assert answer.status == (400 if each_server.on_postgresql else 200)
    ascii_point = point | {"key": "k" * 250, "dataset_name": "n" * 500, "dataset_digest": "d" * 36}
    send.json("POST", f"{API}runs/log-batch", {"run_id": run, "metrics": [ascii_point]})


def test_names_that_have_no_limit_in_the_protocol_have_one_here(send, experiment, model):
    huge = "x" * 2_000_000
    refused = [
        ("runs/create", {"experiment_id": experiment, "user_id": huge}),
        ("registered-models/create", {"name": "long", "description": huge}),
        ("model-versions/create", {"name": model, "source": "s3://" + huge}),
        ("model-versions/create", {"name": model, "source": "s3://x", "run_link": huge}),
        ("logged-models", {"experiment_id": experiment, "name": huge}),
        ("logged-models", {"experiment_id": experiment, "model_type": huge}),
    ]
    for path, body in refused:
        assert send("POST", API + path, json.dumps(body)).error[0] == "INVALID_PARAMETER_VALUE", path


def test_long_run_names_are_cut_as_their_tag_is(send, run, experiment):
    huge = "x" * 2_000_000
    made = send.json("POST", f"{API}runs/create", {"experiment_id": experiment, "run_name": huge})
    send.json("POST", f"{API}runs/update", {"run_id": run, "run_name": huge})
    for run_id in (run, made["run"]["info"]["run_id"]):
        found = send.json("GET", f"{API}runs/get?run_id={run_id}")["run"]
        assert found["info"]["run_name"] == "x" * 8000
        assert found["data"]["tags"] == [{"key": "mlflow.runName", "value": "x" * 8000}]


@pytest.mark.parametrize(("size", "status"), [(10 * 2**20, 200), (10 * 2**20 + 1, 400)])
def test_the_upload_of_pages_ends_at_ten_megabytes(send, run, size, status):
    path = f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path=a.bin"
    answer = send("POST", path, b"x" * size)
    assert answer.status == status
    if status == 400:
        assert answer.error == ("INVALID_PARAMETER_VALUE", "Artifact size is too large. Max size is 10MB.")


def test_artifact_names_end_where_file_systems_do(send):
    put = "/api/2.0/mlflow-artifacts/artifacts/"
    long = "x" * 255
    assert send("PUT", put + long, b"1").status == 200
    assert send("PUT", put + long + "x", b"1").error[0] == "INVALID_PARAMETER_VALUE"
    assert send("PUT", f"{put}{long}/{long}/{long}/{'y' * 132}", b"1").status in (200, 400)
    assert send("PUT", f"{put}{'/'.join('d' * 200)}", b"1").status == 200
    assert send("PUT", f"{put}{'/'.join('d' * 5000)}", b"1").error[0] == "INVALID_PARAMETER_VALUE"
