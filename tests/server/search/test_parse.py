"""The filter language itself: trees, errors with positions, and its limits."""

import contextlib
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lazward.errors import InvalidRequest
from lazward_server.tracking.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    And,
    Comparison,
    Field,
    Not,
    Or,
    comparisons,
    parse,
)
from lazward_server.tracking.search.lex import UnreadableError, lex
from lazward_server.tracking.search.parser import MAX_COMPARISONS, MAX_DEPTH, MAX_LISTED

VOCABULARIES = [RUNS, EXPERIMENTS, REGISTERED_MODELS, MODEL_VERSIONS, LOGGED_MODELS]


def param(key: str, value: str) -> Comparison:
    return Comparison(Field("parameter", key), "=", value)


A, B, C = param("a", "1"), param("b", "2"), param("c", "3")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("params.a = '1'", A),
        ("params.a='1'AND params.b='2'", And((A, B))),
        ("params.a = '1'\n and\tparams.b = '2' AND params.c = '3'", And((A, B, C))),
        ("params.a = '1' or params.b = '2' and params.c = '3'", Or((A, And((B, C))))),
        ("(params.a = '1' or params.b = '2') and params.c = '3'", And((Or((A, B)), C))),
        ("not params.a = '1' AND params.b = '2'", And((Not(A), B))),
        ("NOT (params.a = '1' AND params.b = '2')", Not(And((A, B)))),
        ("params.and = 'x'", param("and", "x")),
        ("params.in = 'x'", param("in", "x")),
        ("params.a.b.c = 'x'", param("a.b.c", "x")),
        ("params.1 = 'x'", param("1", "x")),
        ("params.é = 'x'", param("é", "x")),
        ("`params`.a = '1'", A),
        ("params.`a.b c` = 'x'", param("a.b c", "x")),
        ("params.'a b' = 'x'", param("a b", "x")),
        ("params.a = 'it''s \"so\"'", param("a", 'it\'s "so"')),
        ('params.a = "it\'s ""so"""', param("a", 'it\'s "so"')),
        ("params.a = 'a\\'", param("a", "a\\")),
        ("metrics.m > -1.5e3", Comparison(Field("metric", "m"), ">", -1500)),
        ("metrics.m > .5", Comparison(Field("metric", "m"), ">", 0.5)),
        (
            "start_time = 9007199254740993",
            Comparison(Field("attribute", "start_time"), "=", 9007199254740993),
        ),
    ],
)
def test_filters_become_trees(text: str, tree: Any) -> None:
    assert parse(text, RUNS) == tree


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  ", "Could not be parsed"),
        ("metrics.a > 1;", "Invalid clause.s. in filter string: ';' at position 14"),
        ("metrics.a > 1; metrics.b < 2;", "Search filter contained multiple expression"),
        ("metrics.a > 1 NAND params.b = 'x'", "Invalid clause.s. in filter string: 'NAND' at position 15"),
        ("params.a = '1' params.b = '2'", "'params.b' at position 16: expected AND, OR or the end"),
        ("params.a = '1' AND", "Invalid clause.s. in filter string: 'end of the filter' at position 19"),
        ("(params.a = '1'", "closing parenthesis"),
        ("params.a = '1')", "'\\)' at position 15"),
        ("metrics.a BETWEEN 1 AND 2", "Invalid clause.s. in filter string: 'BETWEEN' at position 11"),
        (
            "`metrics.A > 0.1",
            "Invalid clause.s. in filter string: .* at position 1: this quote is not closed",
        ),
        ("param`.A > 0.1", "Invalid clause.s. in filter string: .* at position 6"),
        ("params.a = 'x", "at position 12: this quote is not closed"),
        ("metrics.val-loss > 1", "'-' at position 12: not expected; keys with such characters need"),
        ("params.a =", "position 11"),
        ("params.a", "expected an operator"),
        ("'x' = params.a", "Invalid comparison clause. Expected 'Identifier' found ''x''"),
        ("1 = 1", "Expected 'Identifier' found '1'"),
        ("m.acc > 1", "Invalid entity type 'm'. Valid values are .*'metric'"),
        ("Metrics.acc > 1", "Invalid entity type 'Metrics'"),
        ("acc >= 0.94", "Invalid attribute key 'acc' specified. Valid keys are"),
        ("model >= 'LR'", "Invalid attribute key 'model'"),
        ("experiment_id = '1'", "Invalid attribute key 'experiment_id'"),
        ("attribute.lifecycle_stage = 'active'", "Invalid attribute key 'lifecycle_stage'"),
        ("dataset.source = 'x'", "Invalid dataset key 'source'"),
        ("metrics.a = 'x'", "Expected numeric value type for metric. Found 'x'"),
        ("metrics.a = NaN", "Expected numeric value type for metric. Found NaN"),
        ("metrics.a LIKE 'x'", "Expected numeric value type for metric"),
        ("metrics.a IN (1)", "Expected numeric value type for metric"),
        ("start_time = '1'", "Expected numeric value type for numeric attribute: start_time"),
        ("attribute.status = 1", "Expected a quoted string value for attributes. Got value 1"),
        ("params.a = 1", "Expected a quoted string value for parameter .e.g. 'my-value'.. Got value 1"),
        ("params.a = x", "value is either not quoted"),
        ("tags.a = `x`", "value is either not quoted"),
        ("datasets.name = 1", "Expected a quoted string value for datasets?"),
        ("params.a > '1'", "Invalid comparator '>' not one of"),
        ("params.a == '1'", "Invalid comparator '==' not one of"),
        ("params.a NOT LIKE '1'", "Invalid comparator 'NOT LIKE' not one of"),
        ("metrics.a <> 1", "Invalid comparator '<>' not one of"),
        ("status IN ('FINISHED')", "Only \\['run_id'\\] attributes support comparison with a list"),
        ("params.a IN ('x')", "Expected a quoted string value for parameter"),
        ("run_id IN ()", "expected a non-empty list of string values, but got empty list"),
        ("run_id IN ('a' 'b')", "expected a non-empty list of string values, but got ill-formed list"),
        ("run_id IN ('a', 1)", "but got different type in list: 1"),
        ("run_id IN 'a'", "IN needs a list in parentheses"),
        ("run_id = ('a')", "position 10"),
        ("metrics.a IS NULL", "IS NULL / IS NOT NULL is only supported for tags and params"),
        ("run_id IS NOT NULL", "IS NULL / IS NOT NULL is only supported for tags and params"),
        ("params.a IS 'x'", "expected IS NULL or IS NOT NULL"),
        ("params.a = 'x\0'", "NUL"),
        ("params.a = 'x\ud800'", "surrogate"),
    ],
)
def test_mistakes_are_named_with_their_position(text: str, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        parse(text, RUNS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tags.a IS NOT NULL", None),
        ("experiment_id IN ('1', '2')", None),
        ("attribute.name ILIKE 'x%'", None),
        ("experiment_id = 'x'", "Invalid experiment ID 'x'"),
        ("experiment_id LIKE '1'", "Invalid comparator 'LIKE'|Invalid experiment ID"),
        ("metrics.a > 1", "Invalid entity type 'metrics'"),
        ("name IN ('a')", "Expected a quoted string|attributes support comparison with a list"),
        ("name IS NULL", "IS NULL / IS NOT NULL"),
        ("creation_time > 'x'", "Expected numeric value type for numeric attribute: creation_time"),
    ],
)
def test_experiments_have_words_of_their_own(text: str, message: str | None) -> None:
    if message is None:
        assert parse(text, EXPERIMENTS)
    else:
        with pytest.raises(InvalidRequest, match=message):
            parse(text, EXPERIMENTS)


def test_each_vocabulary_takes_what_its_clients_send() -> None:
    assert parse("name LIKE 'x%' AND tags.`mlflow.prompt.is_prompt` = 'true'", REGISTERED_MODELS)
    assert parse(
        "name='x' and run_id IN ('a') and version_number >= 2 and source_path LIKE 's'", MODEL_VERSIONS
    )
    assert parse(
        "attributes.name = 'x' AND metrics.acc > 0.5 AND params.p IN ('a') AND tags.t = 'u'", LOGGED_MODELS
    )
    assert parse("creation_timestamp > 5", LOGGED_MODELS) == parse("creation_timestamp_ms > 5", LOGGED_MODELS)


def test_too_many_comparisons_are_refused() -> None:
    assert len(comparisons(parse(" OR ".join(["metrics.a > 1"] * MAX_COMPARISONS), RUNS))) == MAX_COMPARISONS
    with pytest.raises(InvalidRequest, match=f"at most {MAX_COMPARISONS} comparisons"):
        parse(" AND ".join(["metrics.a > 1"] * 10_000), RUNS)


@pytest.mark.parametrize("opening", ["(", "NOT ", "NOT ("])
def test_too_deep_filters_are_refused(opening: str) -> None:
    with pytest.raises(InvalidRequest, match=f"nested at most {MAX_DEPTH} deep"):
        parse(opening * 100_000 + "metrics.a > 1", RUNS)


def test_too_long_lists_are_refused() -> None:
    with pytest.raises(InvalidRequest, match=f"at most {MAX_LISTED} strings"):
        parse(f"run_id IN ({', '.join(['1'] * (MAX_LISTED + 1))})", RUNS)


PIECES = st.sampled_from(
    "( ) , = != < >= == <> ' \" ` . .. - ; AND OR NOT IN IS NULL LIKE ILIKE metrics.a params.`b c` tags"
    " run_id status start_time 'x' \"y\" 1 -1e5 .5 1.2.3 \ud800 \0 é % \\".split()
)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@given(text=st.one_of(st.text(), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES).map("".join)))
@example(text="metrics.a > " + "1" * 5000)
@example(text="metrics.a > 1" + "0" * 400)
def test_any_text_is_a_filter_or_an_invalid_request(vocabulary: Any, text: str) -> None:
    with contextlib.suppress(InvalidRequest):
        parse(text, vocabulary)


@given(text=st.text())
def test_tokens_cover_the_text(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        for token in lex(text):
            assert text[token.at - 1 :].startswith(token.text)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: " AND ".join(["metrics.a > 1"] * n),
        lambda n: f"run_id IN ({', '.join(['1'] * n)})",
        lambda n: " OR ".join(["NOT (metrics.a > 1 AND params.b = 'x')"] * n),
    ],
)
def test_the_work_grows_with_the_length_at_most(make: Any) -> None:
    assert work(make(200)) <= 2 * work(make(100)) + 100


@pytest.mark.parametrize(
    "text",
    [
        "metrics.a > " + "1" * 10**6,
        "metrics.a > " + "1" * 10**6 + "x",
        "metrics.a > 1." + "1" * 10**6 + ".",
        "metrics.a > 1e" + "1" * 10**6 + "x",
        "params.a = '" + "''" * 10**6,
        "params.a = '" + "'" * 10**6 + "x",
        "params." + "a." * 10**6 + " = 'x'",
        " " * 10**6 + "metrics.a > 1",
        '"' * 10**6 + "x",
        "`" * 10**6,
        "params.`" + "a" * 10**6,
    ],
    ids=lambda text: text[:12],
)
def test_no_pattern_tries_again_what_it_has_seen(text: str) -> None:
    """Looking twice at each of a million characters, for every other, would not end in time."""
    with contextlib.suppress(InvalidRequest):
        parse(text, RUNS)


def work(text: str) -> int:
    """How many functions a parse calls."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        parse(text, RUNS)
    except InvalidRequest:
        pass
    finally:
        sys.setprofile(None)
    return calls
