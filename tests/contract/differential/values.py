"""Values for requests: right ones, few enough that they collide with each other, some at a limit."""

from hypothesis import strategies as st

KEYS = ("a", "b", "a b", "a/b", "a.b-c_d", "A", "k" * 250)
TEXTS = ("", "1", "2", "0.5", "é ✓ 'quoted'", "A", "a", "x" * 500)


def some(**fields):
    """An object of which any field may be absent."""
    return st.fixed_dictionaries({}, optional=fields)


def all_of(**fields):
    """An object of which no field is absent."""
    return st.fixed_dictionaries(fields)


def distinct(items, most=3, key="key"):
    """A list in which no two objects have the same key."""
    return st.lists(items, max_size=most, unique_by=lambda item: item[key])


key = st.sampled_from(KEYS)
text = st.sampled_from(TEXTS)
tag = all_of(key=key, value=text)
tags = some(tags=distinct(tag))
param = tag
names = st.sampled_from(["name one", "Name two", "n%", ""])
name_tag = all_of(key=st.just("mlflow.runName"), value=names)
run_name = some(run_name=names)
view_types = st.sampled_from(["ACTIVE_ONLY", "DELETED_ONLY", "ALL", 1, 2, 3])
run_change = some(
    status=st.sampled_from(["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED", 3, 4]),
    end_time=st.integers(0, 5) | st.just("17"),
    run_name=names,
)
number = st.sampled_from([0, 1, -1, 0.5, 1e300, -2.5e-300, "NaN", "Infinity", "-Infinity", "0.25", 3])
step = st.integers(-2, 6) | st.sampled_from(["4", 2**63 - 1, -(2**63)])
point = st.fixed_dictionaries(
    {"key": key, "value": number, "timestamp": st.integers(0, 3) | st.just("2")}, optional={"step": step}
)
batch = some(metrics=st.lists(point, max_size=6), params=distinct(param), tags=distinct(tag | name_tag))
dataset = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["d", "e"]),
        "digest": st.sampled_from(["1", "2"]),
        "source_type": st.just("local"),
        "source": st.sampled_from(["s", "t"]),
    },
    optional={"schema": st.sampled_from(["{}", "long schema"]), "profile": st.just("{}")},
)
input_tag = all_of(
    key=st.sampled_from(["mlflow.data.context", "other"]), value=st.sampled_from(["train", "Test"])
)
dataset_input = st.fixed_dictionaries({"dataset": dataset}, optional={"tags": distinct(input_tag, 2)})
interval = some(max_results=st.sampled_from([1, 2, 3, 5, 2500])).flatmap(
    lambda limit: (
        st.just(limit)
        | all_of(start_step=st.integers(-3, 3), end_step=st.integers(3, 7)).map(lambda steps: steps | limit)
    )
)
