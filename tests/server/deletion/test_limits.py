"""What workspaces hold is counted, and kept within what they may."""

import asyncio
import itertools

import pytest
import sqlalchemy as sa

from lazward.errors import Conflict, NotFound, QuotaExceeded, Unavailable
from lazward.wire.deletion import PurgeRuns
from lazward.wire.runs import CreateRun
from lazward_server.artifacts import recount
from lazward_server.artifacts.recount import Recount
from lazward_server.db.schema import workspace_usage, workspaces
from lazward_server.deletion import runs
from lazward_server.deletion.usage import usage
from lazward_server.tracking import run_limit
from lazward_server.tracking import runs as run_rows

from .conftest import ONE, OTHER


async def pieces(*content, then=None):
    for piece in content:
        yield piece
    if then:
        await then()


def counted(house):
    house.wait(house.usage.write)
    return house.read(recount.stored, ONE.id)


def limit(house, **values):
    house.execute(sa.update(workspaces).where(workspaces.c.id == ONE.id).values(**values))
    house.usage.forget(ONE.folder)
    house.db._known.rooms.clear()


def put(house, key, *content, size=None):
    return house.wait(lambda: house.blobs.put(f"{ONE.folder}/{key}", pieces(*content), size))


def test_bytes_are_counted_as_files_come_are_replaced_and_go(house):
    put(house, "a", b"x" * 10)
    put(house, "d/b", b"x" * 7, size=7)
    assert counted(house) == 17
    put(house, "a", b"x" * 4)
    assert counted(house) == 11
    house.wait(lambda: house.blobs.delete(f"{ONE.folder}/d"))
    house.wait(lambda: house.blobs.delete(f"{ONE.folder}/nothing"))
    assert counted(house) == 4
    assert house.read(usage, ONE).artifact_bytes == 4


def test_a_failed_upload_counts_nothing(house):
    async def fail():
        raise Unavailable("gone")

    for most in (None, 1000):
        limit(house, most_artifact_bytes=most)
        with pytest.raises(Unavailable):
            house.wait(lambda: house.blobs.put("default/f", pieces(b"x" * 10, then=fail)))
        assert counted(house) == 0
        put(house, "g", b"x" * 1000)
        house.wait(lambda: house.blobs.delete("default/g"))


def test_what_could_not_be_written_is_written_later(house, monkeypatch):
    put(house, "a", b"x" * 10)

    async def fail(*_):
        raise Unavailable("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(house.db, "write_batched", fail)
        with pytest.raises(Unavailable):
            house.wait(house.usage.write)
    assert counted(house) == 10


def test_a_file_too_many_is_refused_before_its_content_is_read(house):
    limit(house, most_artifact_bytes=15)
    put(house, "a", b"x" * 10)

    async def unread():
        raise AssertionError("it was read")
        yield b""

    with pytest.raises(QuotaExceeded, match="may hold 15 bytes of artifacts and holds 10; 6 more"):
        house.wait(lambda: house.blobs.put("default/b", unread(), 6))
    put(house, "b", b"x" * 5, size=5)
    assert counted(house) == 15


def test_a_file_of_unknown_size_is_refused_when_it_has_grown_too_large(house):
    limit(house, most_artifact_bytes=15)
    with pytest.raises(QuotaExceeded):
        put(house, "a", *[b"x" * 4] * 4)
    assert house.files(ONE) == []
    assert counted(house) == 0
    put(house, "a", *[b"x" * 5] * 3)


def test_a_file_may_be_replaced_where_no_other_has_room(house):
    limit(house, most_artifact_bytes=10)
    put(house, "a", b"x" * 10)
    put(house, "a", b"y" * 10, size=10)
    put(house, "a", b"z" * 9)
    with pytest.raises(QuotaExceeded):
        put(house, "a", b"x" * 11, size=11)


def test_uploads_at_the_same_time_share_what_room_there_is(house):
    limit(house, most_artifact_bytes=25)

    async def together():
        begun = asyncio.Event()

        async def slow():
            yield b"x" * 10
            await begun.wait()

        puts = [asyncio.ensure_future(house.blobs.put(f"default/{i}", slow(), 10)) for i in range(3)]
        done, _ = await asyncio.wait(puts, return_when=asyncio.FIRST_EXCEPTION)
        begun.set()
        return await asyncio.gather(*puts, return_exceptions=True), done

    outcomes, refused = house.wait(together)
    assert len(refused) == 1
    assert sum(isinstance(outcome, QuotaExceeded) for outcome in outcomes) == 1
    assert counted(house) == 20


def test_an_upload_that_outlives_its_workspace_leaves_nothing(house, monkeypatch):
    clock = itertools.count(1, 100)
    monkeypatch.setattr("lazward_server.artifacts.usage.time.monotonic", lambda: next(clock))

    async def delete():
        await asyncio.to_thread(house.delete_workspace, OTHER)

    with pytest.raises(NotFound):
        house.wait(lambda: house.blobs.put(f"{OTHER.folder}/f", pieces(b"x", then=delete)))
    assert house.files(OTHER) == []


def test_a_count_of_the_files_puts_right_what_was_lost(house):
    put(house, "a", b"x" * 10)
    counted(house)
    house.execute(sa.update(workspace_usage).values(artifact_bytes=3))
    recounting = Recount(house.db, house.blobs, house.usage)
    house.wait(recounting.due)
    assert counted(house) == 10
    before = house.rows()["workspace_usage"]
    house.wait(recounting.due)
    assert house.rows()["workspace_usage"] == before  # it is not time to count again


def test_files_are_counted_when_asked_and_by_one_process_at_a_time(house):
    (house.root / ONE.folder).mkdir()
    (house.root / ONE.folder / "stray").write_bytes(b"x" * 10)
    recounting = Recount(house.db, house.blobs, house.usage)
    assert house.wait(lambda: recounting.asked(ONE.id, ONE.folder)) == counted(house) == 10
    assert house.write(recount._claim, ONE.id)
    with pytest.raises(Conflict, match="being counted already"):
        house.wait(lambda: recounting.asked(ONE.id, ONE.folder))
    house.write(recount._correct, ONE.id, 0)
    assert house.write(recount._claim, ONE.id)


def test_uploads_during_a_count_are_counted_once(house, monkeypatch):
    walk, late = house.blobs.walk, iter([True])

    async def disturbed(folder):
        async for entry in walk(folder):
            yield entry
        if next(late, False):
            await house.blobs.put("default/late", pieces(b"x" * 5))

    put(house, "a", b"x" * 10)
    monkeypatch.setattr(house.blobs, "walk", disturbed)
    house.wait(lambda: Recount(house.db, house.blobs, house.usage).one(ONE.id, ONE.folder))
    assert counted(house) == 15


def create(house, count):
    async def together():
        item = (ONE.id, CreateRun("0"), None)
        waiting = [house.db.write_batched(house._create, item) for _ in range(count)]
        return await asyncio.gather(*waiting, return_exceptions=True)

    return house.wait(together)


def test_runs_beyond_the_limit_are_refused_and_the_others_made(house):
    create(house, 2)
    limit(house, most_runs=5)
    outcomes = create(house, 5)
    errors = [str(outcome) for outcome in outcomes if isinstance(outcome, QuotaExceeded)]
    assert len(errors) == 2
    assert "may hold 5 runs and holds 5" in errors[0]
    assert house.read(run_limit.count, ONE.id) == 5


def test_there_is_room_again_after_runs_are_removed_for_good(house, monkeypatch):
    limit(house, most_runs=1)
    (made,) = create(house, 1)
    house.write(run_rows.delete, ONE.id, made.info.run_id)
    assert isinstance(create(house, 1)[0], QuotaExceeded)
    house.write(runs.hide, ONE.id, PurgeRuns(older_than=0))
    clock = itertools.count(1e9, 100)
    monkeypatch.setattr("lazward_server.tracking.run_limit.time.monotonic", lambda: next(clock))
    assert not isinstance(create(house, 1)[0], QuotaExceeded)
