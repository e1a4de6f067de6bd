"""The filter language: text to tokens, tokens to a tree, a tree to SQL; and pages of ordered results.

One lexer and parser serve all searches. What a search knows is data, a ``Vocabulary``; what its words mean in
SQL is a table of functions from a comparison to a condition, most of them ready-made::

    tree = parse(text, MODEL_VERSIONS)              # None for ""; InvalidRequest with a position
    conditions = {                                  # by Field.entity: attribute, tag, parameter, metric
        "attribute": columns(name=models.c.name, version_number=versions.c.version, ...),
        "tag": keyed(model_version_tags, model_version_tags.c.version == versions.c.id),
    }
    orders = parse_order(order_by, MODEL_VERSIONS)  # [Order(Field("attribute", "name"), descending)]
    terms = [Term(versions.c.updated_at, int, descending=True), Term(versions.c.id, int)]
    page = Page(terms, max_results, page_token, scope=str(orders))
    rows = tx.execute(page.over(select(versions.c.id).where(where(tree, conditions)))).all()
    rows, next_page_token = page.cut(rows)          # rows end with the values of the terms

The terms of a page must tell any two rows apart, so end with an id. ``missing_last`` and ``numbers_first``
make the terms of columns that may be NULL or NaN. A page token is refused if ``scope`` differs from the one
it was made with: put in it whatever must stay the same between pages. ``comparisons(tree)`` lists what a
filter compares, for searches that treat some words apart; trees are plain values that may be rebuilt.

    lex.py           text to tokens with positions
    parser.py        tokens to a tree: names.py and values.py check both sides of a comparison
    tree.py          Comparison, And, Or, Not
    vocabulary.py    what may be searched, as data; vocabularies.py: the five searches
    conditions.py    a tree to a condition
    order.py         order_by
    paging.py        pages that continue behind a row; page_token.py: their opaque tokens
    runs.py          the search for runs; run_fields.py: their words in SQL; plan.py: the short way to them
    sheet.py         columns of a large experiment, kept in memory; sheets.py: of which ones
    experiments.py   the search for experiments
"""

from lazward_server.tracking.search.conditions import (
    Condition,
    columns,
    compare,
    compare_float,
    exists,
    keyed,
    where,
)
from lazward_server.tracking.search.experiments import find_experiments
from lazward_server.tracking.search.order import Order, parse_order
from lazward_server.tracking.search.paging import Page, Term, missing_last, numbers_first
from lazward_server.tracking.search.parser import parse
from lazward_server.tracking.search.runs import find_runs
from lazward_server.tracking.search.tree import And, Comparison, Field, Node, Not, Or, comparisons
from lazward_server.tracking.search.view import in_view
from lazward_server.tracking.search.vocabularies import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
)

__all__ = [
    "EXPERIMENTS",
    "LOGGED_MODELS",
    "MODEL_VERSIONS",
    "REGISTERED_MODELS",
    "RUNS",
    "And",
    "Comparison",
    "Condition",
    "Field",
    "Node",
    "Not",
    "Or",
    "Order",
    "Page",
    "Term",
    "columns",
    "compare",
    "compare_float",
    "comparisons",
    "exists",
    "find_experiments",
    "find_runs",
    "in_view",
    "keyed",
    "missing_last",
    "numbers_first",
    "parse",
    "parse_order",
    "where",
]
