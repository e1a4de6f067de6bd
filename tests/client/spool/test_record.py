from hypothesis import given
from hypothesis import strategies as st

from lazward.spool import record
from lazward.spool.record import Kind, Record

RECORDS = st.builds(
    Record,
    kind=st.sampled_from(Kind),
    run_id=st.binary(max_size=300),
    items=st.integers(0, 2**32 - 1),
    at=st.integers(0, 2**64 - 1),
    content=st.binary(max_size=200),
    end=st.just(0),
)


def encoded(records):
    return [record.encode(*one[:5]) for one in records]


def found(chunk):
    return [one._replace(end=0) for one in record.scan(chunk)]


@given(st.lists(RECORDS, max_size=5))
def test_what_is_encoded_is_found_again(records):
    assert found(b"".join(encoded(records))) == records


@given(st.lists(RECORDS, min_size=1, max_size=3), st.data())
def test_a_torn_tail_costs_only_the_record_that_is_torn(records, data):
    frames = encoded(records)
    kept = data.draw(st.integers(0, len(frames[-1]) - 1))
    assert found(b"".join(frames[:-1]) + frames[-1][:kept]) == records[:-1]


@given(st.lists(RECORDS, min_size=1, max_size=3), st.data())
def test_a_damaged_byte_is_noticed(records, data):
    frames = encoded(records)
    whole = bytearray(b"".join(frames))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    before = next(i for i in range(len(frames)) if at < sum(map(len, frames[: i + 1])))
    assert found(bytes(whole)) == records[:before]


@given(st.lists(RECORDS, max_size=2), st.integers(1, 100))
def test_zeros_that_a_power_cut_left_are_no_records(records, zeros):
    assert found(b"".join(encoded(records)) + bytes(zeros)) == records
