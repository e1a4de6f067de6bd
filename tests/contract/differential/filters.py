"""Search filters and orders, most of them right."""

from hypothesis import strategies as st

_KEYS = ["a", "b", "`a b`", '"a/b"', "`a.b-c_d`", "a.b-c_d", '"a"']
_TEXTS = ["'1'", '"2"', "'0.5'", "'a'", "'A'", "'%'", "'_'", "'a%'", "''", "'name one'", "'%✓%'"]
_NUMBERS = ["0", "1", "-1", "0.5", "1e300", "-2.5e-300", "3", ".5", "2."]
_STRING_OPS = ["=", "!=", "LIKE", "ILIKE", "like"]
_NUMBER_OPS = ["=", "!=", "<", "<=", ">", ">="]


def _clause(entities, ops, found):
    parts = (st.sampled_from(entities), st.sampled_from(ops), st.sampled_from(found))
    return st.tuples(*parts).map(" ".join)


def _keyed(words):
    return [f"{word}.{key}" for word in words for key in _KEYS]


_metric = _clause(_keyed(["metrics", "metric"]), _NUMBER_OPS, _NUMBERS)
_param = _clause(_keyed(["params", "parameter", "param", "parameters"]), _STRING_OPS, _TEXTS)
_tag = _clause(
    [*_keyed(["tags", "tag"]), "tags.`mlflow.runName`", "tags.mlflow.runName"], _STRING_OPS, _TEXTS
)
_null = _clause(_keyed(["params", "tags"]), ["IS NULL", "IS NOT NULL"], [""])
_status = _clause(["attributes.status", "status", "attr.status"], ["=", "!="], ["'RUNNING'", "'FINISHED'"])
_name = _clause(["run_name", "attribute.run_name", "run.`Run name`"], _STRING_OPS, _TEXTS)
_user = _clause(["attributes.user_id"], _STRING_OPS, ["'u'", "'U'", "'v'"])
_time = _clause(
    ["attributes.start_time", "start_time", "attributes.end_time", "created", "attributes.Created"],
    _NUMBER_OPS,
    ["0", "3", "500", "1009"],
)
_dataset = _clause(
    ["dataset.name", "datasets.digest", "dataset.context"],
    _STRING_OPS,
    ["'d'", "'1'", "'train'", "'T%'", "'%t%'"],
)
_dataset_in = _clause(
    ["dataset.name", "datasets.digest", "dataset.context"],
    ["IN", "NOT IN"],
    ["('d')", "('1', '2')", "('train', 'd')"],
)
odd_runs = st.sampled_from(
    [
        "metrics.a = 'text'",
        "metrics.a LIKE '1'",
        "params.a = 1",
        "params.a > '1'",
        "tags.a = b",
        "attributes.nothing = 'a'",
        "attributes.experiment_id = '0'",
        "lifecycle_stage = 'active'",
        "nothing.a = 1",
        "Metrics.a = 1",
        "metrics.a",
        "metrics.a =",
        "= 1",
        "metrics.a = 1 AND",
        "AND metrics.a = 1",
        "metrics.a = 1;",
        "metrics.a = 1 tags.a = 'b'",
        "metrics.a BETWEEN 1 AND 2",
        "metrics.'a' = 1",
        "tags.a = 'unclosed",
        "tags.`a = 'b'",
        "status IN ('RUNNING')",
        "run_id IN ()",
        "run_id IN ('a', 1)",
        "run_id = 5",
        "start_time = '5'",
        "start_time LIKE '5'",
        "1 = metrics.a",
        "'a' = tags.a",
        "metrics.a = 1 -- note",
        "  metrics.a   =   1  ",
        "metrics.a=1",
        "metrics.a>=0 and params.a!='1'",
        "metrics.a <> 1",
        "metrics.a == 1",
        "metrics.a = NaN",
        "metrics.a = +1",
        "metrics.a = 1 AND metrics.a = 1",
        "tags.a = 'it''s'",
        'tags.a = "it\'s"',
        "tags.a NOT LIKE '1'",
        "metrics. a = 1",
        "metrics .a = 1",
        "tags.a IS NULL",
        "metrics.a IS NULL",
        "tags.a is not null",
        "metrics.a = 1\nAND tags.a = '1'",
        "param.a = ''",
        "datasets.source = 'a'",
        "dataset.name > 'a'",
        "user = 'u'",
        "run.status = 'RUNNING'",
        "attributes.artifact_uri LIKE '%artifacts'",
        " ",
        "a",
        "a = 1",
        "'a'",
    ]
)
_good = st.one_of(
    _metric, _metric, _param, _param, _tag, _tag, _null, _status, _name, _user, _time, _dataset, _dataset_in
)
runs = st.lists(_good, max_size=3).map(" AND ".join)

_way = st.sampled_from(["", " ASC", " DESC", " asc", " desc"])
_by_run = st.one_of(
    st.sampled_from(_keyed(["metrics", "params", "tags"])),
    st.sampled_from(
        [
            "attributes.start_time",
            "start_time",
            "end_time",
            "status",
            "attributes.run_name",
            "user_id",
            "created",
        ]
    ),
)
odd_run_order = st.sampled_from(
    [
        "nothing.a",
        "metrics",
        "metrics.a sideways",
        "experiment_id",
        "attributes.nothing",
        "dataset.name",
        "metrics.a DESC ASC",
        "metrics.a, metrics.b",
        "",
        " ",
        "lifecycle_stage",
        "'a'",
        "metrics.`a`b",
        "artifact_uri",
        "metrics.a DESC ",
        "  metrics.a",
    ]
)


def _orders(fields, most):
    items = st.lists(
        st.tuples(fields, _way), max_size=most, unique_by=lambda item: item[0].rpartition(".")[2]
    )
    return items.map(lambda chosen: ["".join(item) for item in chosen])


run_order = _orders(_by_run, 3)

_experiment_good = st.one_of(
    _clause(
        ["name", "attribute.name", "attributes.`name`"], _STRING_OPS, ["'x-%'", "'%/1'", "'X%'", "'%/_'"]
    ),
    _clause(["creation_time", "attributes.last_update_time"], _NUMBER_OPS, ["0", "1900000000000"]),
    _clause(_keyed(["tags", "tag"]), ["=", "!=", "LIKE", "ILIKE"], _TEXTS),
)
odd_experiments = st.sampled_from(
    [
        "experiment_id = '1'",
        "name > 'a'",
        "name = 1",
        "params.a = '1'",
        "metrics.a = 1",
        "tags.a > '1'",
        "name IN ('a', 'b')",
        "creation_time = 'a'",
        "creation_time LIKE '1'",
        "name = 'a' OR",
        "lifecycle_stage = 'active'",
        "tags.a IS NULL",
        "tags.a IS NOT NULL",
        "name IS NULL",
        "name =",
        "nothing = 'a'",
    ]
)
experiments = st.just("") | _experiment_good
experiment_order = _orders(
    st.sampled_from(["name", "attribute.creation_time", "last_update_time", "experiment_id"]), 2
)
odd_experiment_order = st.sampled_from(
    ["nothing", "tags.a", "name sideways", "", "metrics.a", "name, creation_time", "lifecycle_stage"]
)
