import os
import resource

import pytest

from lazward.spool import record, segment
from lazward.spool.record import Kind
from lazward.spool.segment import Appender, Position


def frame(content=b"{}"):
    return record.encode(Kind.TAG, b"run", 1, 0, content)


def contents(window):
    return [one.content for one in window.records]


def test_records_come_back_from_where_they_were_written(tmp_path):
    appender = Appender(tmp_path, 10_000, os.close)
    first = appender.append(frame(b"1"))
    end = appender.append(frame(b"2"))
    assert contents(segment.read(tmp_path, Position())) == [b"1", b"2"]
    assert segment.read(tmp_path, first) == segment.read(tmp_path, first, end.offset)
    assert contents(segment.read(tmp_path, first)) == [b"2"]
    assert segment.read(tmp_path, end) == ([], end, 0)


def test_a_full_segment_is_followed_by_the_next(tmp_path):
    retired = []
    appender = Appender(tmp_path, 2 * len(frame()), retired.append)
    ends = [appender.append(frame()) for _ in range(5)]
    assert [end.number for end in ends] == [1, 1, 2, 2, 3]
    assert segment.numbers(tmp_path) == [1, 2, 3]
    assert len(retired) == 2


def test_segments_are_for_their_user_only(tmp_path):
    Appender(tmp_path, 100, os.close)
    assert (tmp_path / "00000001.log").stat().st_mode & 0o777 == 0o600


def test_a_record_larger_than_the_window_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(segment, "WINDOW", 100)
    appender = Appender(tmp_path, 10**6, os.close)
    appender.append(frame(b"x" * 5000))
    appender.append(frame(b"y"))
    window = segment.read(tmp_path, Position())
    assert contents(window) == [b"x" * 5000]
    assert contents(segment.read(tmp_path, window.end)) == [b"y"]


def test_what_is_damaged_is_passed_over_to_the_end_of_its_segment(tmp_path):
    appender = Appender(tmp_path, 10_000, os.close)
    first = appender.append(frame(b"1"))
    appender.append(frame(b"2"))
    end = appender.append(frame(b"3"))
    with (tmp_path / "00000001.log").open("r+b") as file:
        file.seek(first.offset + 20)
        file.write(b"\xff")
    window = segment.read(tmp_path, Position())
    assert (contents(window), window.end) == ([b"1"], first)
    assert segment.read(tmp_path, first) == ([], end, end.offset - first.offset)


def test_nothing_is_left_of_a_record_that_the_disk_has_no_room_for(tmp_path):
    appender = Appender(tmp_path, 10**6, os.close)
    end = appender.append(frame(b"1"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (end.offset + 10, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            appender.append(frame(b"2" * 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    appender.append(frame(b"3"))
    assert contents(segment.read(tmp_path, Position())) == [b"1", b"3"]
