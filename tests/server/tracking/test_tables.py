"""What tables of runs need: runs as CSV, and which of them are nested."""

import csv
import io
import uuid

import pytest

PARENT = "mlflow.parentRunId"


@pytest.fixture
def client(each_server):
    with each_server.client() as client:
        yield client


@pytest.fixture
def made(client):
    body = {"name": f"tables {uuid.uuid4().hex}"}
    return client.post("/api/2.0/mlflow/experiments/create", json=body).json()["experiment_id"]


def create(client, made, name, *, parent=None, metrics=(), params=(), tags=(), **more):
    given = [{"key": PARENT, "value": parent}] if parent else []
    body = {"experiment_id": made, "run_name": name, "tags": given, **more}
    run = client.post("/api/2.0/mlflow/runs/create", json=body).json()["run"]["info"]["run_id"]
    batch = {
        "run_id": run,
        "metrics": [
            {"key": key, "value": value, "timestamp": 1, "step": 0} for key, value in dict(metrics).items()
        ],
        "params": [{"key": key, "value": value} for key, value in dict(params).items()],
        "tags": [{"key": key, "value": value} for key, value in dict(tags).items()],
    }
    client.post("/api/2.0/mlflow/runs/log-batch", json=batch).raise_for_status()
    return run


def export(client, made, **asked):
    answer = client.get(f"/api/v1/experiments/{made}/runs.csv", params=asked)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.content.decode(), newline="")))


class TestExport:
    def test_the_columns_that_all_runs_have_are_written_unless_others_are_asked_for(self, client, made):
        run = create(client, made, "one", start_time=1_700_000_000_000, user_id="ann")
        update = {"run_id": run, "status": "FINISHED", "end_time": 1_700_000_001_500}
        client.post("/api/2.0/mlflow/runs/update", json=update).raise_for_status()
        assert export(client, made) == [
            ["run_id", "run_name", "status", "start_time", "end_time", "duration", "user_id"],
            [run, "one", "FINISHED", "2023-11-14T22:13:20.000Z", "2023-11-14T22:13:21.500Z", "1.5", "ann"],
        ]

    def test_filter_order_and_columns_are_followed(self, client, made):
        for number in range(3):
            create(client, made, f"run-{number}", metrics={"loss": number / 10}, params={"a b": 'x,"\ny'})
        asked = {
            "filter": "metrics.loss > 0.05",
            "order_by": "metrics.loss DESC",
            "columns": ["metrics.loss", "run_name", "params.a b", "tags.none"],
        }
        assert export(client, made, **asked) == [
            ["metrics.loss", "run_name", "params.a b", "tags.none"],
            ["0.2", "run-2", 'x,"\ny', ""],
            ["0.1", "run-1", 'x,"\ny', ""],
        ]

    def test_nothing_is_a_formula_and_numbers_stay_numbers(self, client, made):
        texts = {
            "=1+1": "'=1+1", "+a": "'+a", "-a": "'-a", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1",
            "\uff1d1": "'\uff1d1", "-1.5e-3": "-1.5e-3", "+7": "+7", "-1+1": "'-1+1", "-": "'-", "a=b": "a=b",
            "-\u0661": "'-\u0661",
        }  # fmt: skip
        params = {f"p{place}": text for place, text in enumerate(texts)}
        create(client, made, "=cmd", params=params, tags={"mlflow.user": "@me"}, metrics={"m": -2.5})
        columns = [*(f"params.{key}" for key in params), "run_name", "user_id", "metrics.m"]
        _, row = export(client, made, columns=columns)
        assert row == [*texts.values(), "'=cmd", "'@me", "-2.5"]

    def test_what_is_no_number_is_written_as_a_word(self, client, made):
        create(client, made, "odd", metrics={"nan": "NaN", "high": "Infinity", "low": "-Infinity"})
        columns = ["metrics.nan", "metrics.high", "metrics.low"]
        assert export(client, made, columns=columns)[1] == ["NaN", "Infinity", "-Infinity"]

    def test_deleted_runs_are_written_when_asked_for(self, client, made):
        run = create(client, made, "gone")
        client.post("/api/2.0/mlflow/runs/delete", json={"run_id": run}).raise_for_status()
        assert len(export(client, made)) == 1
        assert export(client, made, run_view_type="DELETED_ONLY", columns=["run_id"])[1:] == [[run]]

    def test_more_runs_than_are_read_at_once_are_all_written_once(self, client, made):
        for number in range(1001):
            body = {"experiment_id": made, "run_name": f"run-{number}", "start_time": number}
            client.post("/api/2.0/mlflow/runs/create", json=body).raise_for_status()
        _, *rows = export(client, made, columns=["run_name"], order_by="start_time ASC")
        assert rows == [[f"run-{number}"] for number in range(1001)]

    def test_spreadsheets_can_be_told_of_the_encoding(self, client, made):
        address = f"/api/v1/experiments/{made}/runs.csv"
        assert client.get(address, params={"bom": "true"}).content.startswith(b"\xef\xbb\xbfrun_id")
        assert client.get(address).content.startswith(b"run_id")

    @pytest.mark.parametrize(
        ("asked", "status", "told"),
        [
            ({"filter": "metrics.a <<< 1"}, 400, "at position 12"),
            ({"columns": "colour"}, 400, "Invalid column 'colour'"),
            ({"columns": "metrics."}, 400, "Invalid column 'metrics.'"),
            ({"order_by": "nothing"}, 400, "Invalid attribute key 'nothing'"),
        ],
    )
    def test_what_makes_no_sense_is_refused_before_anything_is_sent(self, client, made, asked, status, told):
        answer = client.get(f"/api/v1/experiments/{made}/runs.csv", params=asked)
        assert answer.status_code == status
        assert told in answer.json()["message"]

    def test_there_must_be_such_an_experiment(self, client):
        assert client.get("/api/v1/experiments/99999999/runs.csv").status_code == 404
        assert client.get("/api/v1/experiments/99999999/nesting").status_code == 404


class TestNesting:
    def test_parents_are_told_with_their_children_and_the_others_are_not(self, client, made):
        one, other = create(client, made, "one"), create(client, made, "other")
        create(client, made, "child", parent=one)
        middle = create(client, made, "middle", parent=one)
        create(client, made, "leaf", parent=middle)
        found = client.get(f"/api/v1/experiments/{made}/nesting").json()
        told = {"run_id": middle, "children": 1}, {"run_id": one, "children": 2}
        assert found == {"parents": list(told), "orphans": []}
        assert other not in str(found)

    def test_deleted_runs_do_not_count_and_leave_orphans(self, client, made):
        one = create(client, made, "one")
        children = [create(client, made, f"child {number}", parent=one) for number in range(2)]
        client.post("/api/2.0/mlflow/runs/delete", json={"run_id": children[0]}).raise_for_status()
        address = f"/api/v1/experiments/{made}/nesting"
        assert client.get(address).json()["parents"] == [{"run_id": one, "children": 1}]
        client.post("/api/2.0/mlflow/runs/delete", json={"run_id": one}).raise_for_status()
        stray = create(client, made, "stray", parent="0" * 32)
        assert client.get(address).json() == {"parents": [], "orphans": [stray, children[1]]}


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("metrics.loss <<< 2", (15, 1)),
            ("params.a = '1' and", (19, 0)),
            ("colour = 'red'", (1, 6)),
            ("params.a = 'x' and metrics.b = 'wrong'", (32, 7)),
            ("run_id in ('a', 1) and status = 'x'", (11, 9)),
            ("params.\u00e4 = '\U0001f600' or params.b > 'x'", (19, 8)),
            ("params.a = 'open", (12, 5)),
        ],
    )
    def test_they_tell_the_place_in_the_filter(self, client, text, place):
        answer = client.post("/api/2.0/mlflow/runs/search", json={"experiment_ids": ["0"], "filter": text})
        told = answer.json()
        assert (told["position"], told["length"]) == place, told

    def test_others_tell_none(self, client):
        told = client.post("/api/2.0/mlflow/runs/search", json={"max_results": 0}).json()
        assert set(told) == {"error_code", "message"}
