"""How much a GraphQL document may ask."""

import pytest

from lazward.errors import InvalidRequest
from lazward_server.mlflow_ui.bounds import parsed


def nested(depth):
    return "{" + "a{" * (depth - 1) + "b" + "}" * depth


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{", "cannot be read"),
        (nested(11), "levels deep"),
        (nested(500), "cannot be read"),
        ("{" * 5000, "cannot be read"),
        ("{a{" + " ".join(f"f{n}" for n in range(301)) + "}}", "more than 300 fields"),
        ("{" + " ".join(f"x{n}: a" for n in range(11)) + "}", "more than 10"),
        ("{" + " ".join(f"a{n}" for n in range(11)) + "}", "root fields"),
        ("{__schema{types{name}}}", "does not describe"),
        ('{__type(name: "Query"){name}}', "does not describe"),
        ("query A{...F} fragment F on Query{a{...F}}", "levels deep"),
        ("{a} fragment F on Query{...G} fragment G on Query{...F}", "levels deep"),
        (
            "{...F0}" + "".join(f"fragment F{n} on Q{{{f'...F{n + 1} ' * 10}}}" for n in range(9)),
            "more than 300 fields",
        ),
    ],
)
def test_what_is_too_much_is_refused(query, said):
    with pytest.raises(InvalidRequest, match=said):
        parsed(query)


def test_what_the_pages_ask_fits():
    parsed(nested(10))
    parsed('query A($x: I!) @component(name: "x") {m(input: $x){__typename run{info{runUuid}}}}')
