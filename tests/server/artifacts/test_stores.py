"""The contract of a blob store, kept by every kind of it."""

import asyncio
import os

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazward.errors import BadRequest, ConfigError, InvalidRequest, NotFound, Unavailable
from lazward_server.artifacts.store import Entry, open_store

LARGE = os.urandom(11 * 2**20 + 17)
PIECES = [LARGE[start : start + 60_000] for start in range(0, len(LARGE), 60_000)]


async def whole(store, key: str) -> bytes:
    blob = await store.open(key)
    try:
        return b"".join([chunk async for chunk in blob.read(0, blob.stat.size)])
    finally:
        blob.close()


async def names(store, folder: str) -> list[str]:
    return sorted([entry.path async for entry in store.walk(folder)])


def test_a_file_comes_back_as_it_was_put(store, content) -> None:
    async def scenario() -> None:
        for key, pieces in {"w/empty": [], "w/small": [b"he", b"llo"], "w/large": PIECES}.items():
            await store.put(key, content(*pieces), sum(map(len, pieces)))
            assert await whole(store, key) == b"".join(pieces)
            assert (await store.stat(key)).size == sum(map(len, pieces))

    asyncio.run(scenario())


def test_any_part_of_a_file_can_be_read(store, content) -> None:
    async def scenario() -> None:
        await store.put("w/f", content(*PIECES))
        blob = await store.open("w/f")
        for start, stop in (
            (0, 1),
            (5, 5),
            (2**20 - 1, 2**20 + 1),
            (3, 9 * 2**20),
            (len(LARGE) - 1, len(LARGE)),
        ):
            assert b"".join([chunk async for chunk in blob.read(start, stop)]) == LARGE[start:stop]
        blob.close()

    asyncio.run(scenario())


def test_a_put_replaces_the_file_and_its_tag(store, content) -> None:
    async def scenario() -> None:
        await store.put("w/f", content(b"old"))
        before = await store.stat("w/f")
        await store.put("w/f", content(b"new one"))
        assert await whole(store, "w/f") == b"new one"
        assert (await store.stat("w/f")).etag != before.etag

    asyncio.run(scenario())


@pytest.mark.parametrize("size", [1, 2**20, len(LARGE)])
def test_content_that_fails_leaves_what_was_there(store, content, size: int) -> None:
    async def broken():
        for start in range(0, size, 60_000):
            yield LARGE[start : start + 60_000]
        raise ConnectionResetError

    async def scenario() -> None:
        await store.put("w/old", content(b"old"))
        for key in ("w/old", "w/new"):
            with pytest.raises(ConnectionResetError):
                await store.put(key, broken())
        assert await names(store, "w") == ["old"]
        assert await whole(store, "w/old") == b"old"

    asyncio.run(scenario())


def test_a_cancelled_put_leaves_nothing(store) -> None:
    async def endless():
        while True:
            yield bytes(2**20)
            await asyncio.sleep(0)

    async def scenario() -> None:
        put = asyncio.create_task(store.put("w/f", endless()))
        await asyncio.sleep(0.3)
        put.cancel()
        with pytest.raises(asyncio.CancelledError):
            await put
        assert await names(store, "w") == []

    asyncio.run(scenario())


@pytest.mark.parametrize("announced", [0, 4, 6, 10**12])
def test_a_length_that_is_not_kept_is_refused(store, content, announced: int) -> None:
    async def scenario() -> None:
        with pytest.raises(BadRequest, match="nothing was stored"):
            await store.put("w/f", content(b"hello"), announced)
        assert await store.stat("w/f") is None

    asyncio.run(scenario())


def test_a_listing_is_one_level_sorted_and_empty_for_what_is_no_folder(store, content) -> None:
    async def scenario() -> None:
        for key in ("w/b.txt", "w/a/x", "w/a/y/z", "w/Z", "w/ab"):
            await store.put(key, content(b"123"))
        assert await store.list_folder("w") == [
            Entry("Z", 3),
            Entry("a", None),
            Entry("ab", 3),
            Entry("b.txt", 3),
        ]
        assert await store.list_folder("w/a") == [Entry("x", 3), Entry("y", None)]
        for nothing in ("w/b.txt", "w/none", "none", "w/b.txt/x"):
            assert await store.list_folder(nothing) == []
        assert await names(store, "w") == ["Z", "a/x", "a/y/z", "ab", "b.txt"]

    asyncio.run(scenario())


def test_what_cannot_be_opened_says_why(store, content) -> None:
    async def scenario() -> None:
        await store.put("w/d/f", content(b"x"))
        for key in ("w/none", "w/d/f/x", "none"):
            with pytest.raises(NotFound, match="No such artifact"):
                await store.open(key)
            assert await store.stat(key) is None
        with pytest.raises(InvalidRequest, match="refers to a directory, not a file: 'd'"):
            await store.open("w/d")
        assert await store.stat("w/d") is None

    asyncio.run(scenario())


def test_a_file_that_is_read_stays_whole_when_it_is_replaced_or_the_read_fails(store, content) -> None:
    async def scenario() -> None:
        await store.put("w/f", content(*PIECES))
        blob = await store.open("w/f")
        reading = blob.read(0, blob.stat.size)
        got = await anext(reading)
        await store.put("w/f", content(bytes(len(LARGE))))
        try:
            got += b"".join([chunk async for chunk in reading])
        except Unavailable:  # an object store tells that it is another file by now
            return
        assert got == LARGE
        blob.close()

    asyncio.run(scenario())


def test_deleting_takes_a_file_or_a_folder_and_the_folders_left_empty(store, content) -> None:
    async def scenario() -> None:
        for key in ("w/a/b/c/f", "w/a/g", "w/ab/f", "v/f"):
            await store.put(key, content(b"x"))
        await store.delete("w/a/b/c/f")
        assert await store.list_folder("w/a") == [Entry("g", 1)]
        await store.delete("w/a")
        assert await names(store, "w") == ["ab/f"]
        await store.delete("w")
        assert await names(store, "v") == ["f"]
        for nothing in ("w", "w/none", "v/f/x"):
            await store.delete(nothing)
        assert await names(store, "v") == ["f"]

    asyncio.run(scenario())


def test_the_store_tells_how_many_bytes_came_and_went(store, content) -> None:
    async def scenario() -> None:
        assert await store.put("w/d/f", content(b"hello"), 5) == 5
        assert await store.put("w/d/f", content(b"he", b"llo you")) == 4
        assert await store.put("w/d/f", content(b"x")) == -8
        assert await store.put("w/d/e/g", content(*PIECES)) == len(LARGE)
        assert await store.delete("w/d/f") == 1
        assert await store.put("w/d/f", content()) == 0
        assert await store.delete("w/d") == len(LARGE)
        assert await store.delete("w/d") == 0

    asyncio.run(scenario())


def test_many_tasks_write_and_delete_at_once(store, content) -> None:
    async def scenario() -> None:
        async def work(number: int) -> None:
            for _ in range(4):
                await store.put(f"w/d/{number % 3}/{number}", content(b"x" * number))
                await store.delete(f"w/d/{number % 3}/{number}")
            await store.put(f"w/d/{number % 3}/{number}", content(b"last"))

        await asyncio.gather(*map(work, range(12)))
        assert await names(store, "w/d") == sorted(f"{number % 3}/{number}" for number in range(12))

    asyncio.run(scenario())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.text(
        st.characters(exclude_characters="/\\#?\0", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40
    )
)
def test_any_name_survives(store, content, name: str) -> None:
    if name in (".", ".."):
        return

    async def scenario() -> None:
        await store.put(f"names/d {name}/{name}", content(b"x"))
        assert await names(store, "names") == [f"d {name}/{name}"]
        assert await store.list_folder("names") == [Entry(f"d {name}", None)]
        assert await whole(store, f"names/d {name}/{name}") == b"x"
        await store.delete("names")

    asyncio.run(scenario())


def test_an_unknown_kind_of_store_is_refused() -> None:
    for url in ("ftp://host/x", "nonsense", "file:///proc/version/x"):
        with pytest.raises(ConfigError):
            open_store(url)


@pytest.mark.slow
def test_an_upload_given_up_leaves_no_parts_in_the_bucket(bucket, monkeypatch) -> None:
    for name, value in bucket.items():
        monkeypatch.setenv(name, value)
    store = open_store("s3://artifacts/given-up")

    async def broken(*, fail: bool):
        for _ in range(24):
            yield bytes(2**20)
            await asyncio.sleep(0)
        if fail:
            raise ConnectionResetError
        await asyncio.sleep(60)

    async def scenario() -> None:
        with pytest.raises(ConnectionResetError):
            await store.put("w/failed", broken(fail=True))
        put = asyncio.create_task(store.put("w/cancelled", broken(fail=False)))
        await asyncio.sleep(2)
        put.cancel()
        with pytest.raises(asyncio.CancelledError):
            await put
        await asyncio.sleep(1)
        assert await names(store, "w") == []

    asyncio.run(scenario())
    pending = httpx.get(
        f"{bucket['AWS_ENDPOINT']}/artifacts?uploads", headers={"host": "s3.amazonaws.com"}
    ).text
    assert "<Upload>" not in pending
