"""Refusals that repeat: none is lost from the count, and rows stay few."""

from hypothesis import given
from hypothesis import strategies as st

from lazward_server.audit import floods
from lazward_server.audit.floods import Floods
from lazward_server.audit.log import Row


def refusal(address="10.0.0.1", user="", action="runs.delete", code="UNAUTHENTICATED", target="{}"):
    return Row(1, user, None, address, action, None, "default", target, 401, code, 1)


def test_the_first_of_a_kind_is_written_and_the_others_are_counted():
    counts = Floods()
    kind, first = counts.add(refusal(target='{"run_id":"a"}'))
    assert first == refusal(target='{"run_id":"a"}')
    assert [counts.add(refusal(target=f'{{"run_id":"{i}"}}')) for i in range(41)] == [(kind, None)] * 41
    assert counts.take(kind) == refusal()._replace(times=41)
    assert counts.add(refusal())[1] == refusal()


def test_a_refusal_that_does_not_repeat_is_one_row():
    counts = Floods()
    kind, _ = counts.add(refusal())
    assert counts.take(kind) is None
    assert counts.take_all() == []


def test_kinds_differ_by_address_user_action_and_code():
    counts = Floods()
    kinds = [
        refusal(),
        refusal(address="10.0.0.2"),
        refusal(user="a"),
        refusal(action="x"),
        refusal(code="y"),
    ]
    assert all(counts.add(row)[1] for row in kinds)


def test_a_flood_from_everywhere_is_few_rows():
    counts = Floods()
    rows = [
        first for i in range(5000) if (first := counts.add(refusal(address=f"2001:db8::{i:x}", user="u"))[1])
    ]
    rows += counts.take_all()
    assert len(rows) == floods._MOST_KINDS + 2
    assert sum(row.times for row in rows) == 5000
    assert rows[-1] == refusal(address="")._replace(times=5000 - floods._MOST_KINDS - 1)


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from("ab"), st.booleans()), max_size=600))
def test_no_refusal_is_lost_or_counted_twice(steps):
    counts = Floods()
    rows, kinds = [], []
    for address, action, end in steps:
        kind, first = counts.add(refusal(address=str(address), action=action))
        kinds.append(kind)
        rows.append(first)
        if end:
            rows.append(counts.take(kinds[address % len(kinds)]))
    written = [row.times for row in [*rows, *counts.take_all()] if row is not None]
    assert sum(written) == len(steps)
