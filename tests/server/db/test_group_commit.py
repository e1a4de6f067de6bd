"""The writer thread: groups, their failures, and what a reader sees."""

import asyncio
import threading

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest, Unavailable
from lazward_server.db.database import Batched, Database, Tx
from lazward_server.db.schema import experiment_tags, metric_keys


def insert(tx: Tx, name: str) -> str:
    tx.execute(sa.insert(metric_keys).values(name=name))
    return name


def names(tx: Tx) -> set[str]:
    return set(tx.execute(sa.select(metric_keys.c.name)).scalars())


def insert_and_fail(tx: Tx, name: str) -> None:
    insert(tx, name)
    raise InvalidRequest("no")


def test_one_bad_write_in_a_group_fails_alone(database: Database) -> None:
    async def run() -> list[object]:
        writes = [
            database.write(insert, "a"),
            database.write(insert_and_fail, "b"),
            database.write(insert, "a"),  # breaks a unique constraint
            database.write(insert, "c"),
        ]
        return await asyncio.gather(*writes, return_exceptions=True)

    first, second, third, fourth = asyncio.run(run())
    assert (first, fourth) == ("a", "c")
    assert isinstance(second, InvalidRequest)
    assert isinstance(third, Exception)
    assert database.read_now(names) == {"a", "c"}


def test_a_batch_the_database_refuses_is_applied_item_by_item(database: Database) -> None:
    sizes: list[int] = []

    def insert_many(tx: Tx, items: list[str]) -> list[str]:
        sizes.append(len(items))
        return [insert(tx, item) for item in items]

    batched = Batched(insert_many)

    async def run() -> list[object]:
        waiting = [database.write_batched(batched, name) for name in ("a", "b", "b", "c")]
        return await asyncio.gather(*waiting, return_exceptions=True)

    outcomes = asyncio.run(run())
    assert [o for o in outcomes if isinstance(o, str)] == ["a", "b", "c"]
    assert database.read_now(names) == {"a", "b", "c"}
    assert sizes[0] == 4


def test_errors_a_batch_returns_reach_only_their_own_requests(database: Database) -> None:
    def check(_tx: Tx, items: list[int]) -> list[object]:
        return [InvalidRequest("odd") if item % 2 else item for item in items]

    batched = Batched(check)

    async def run() -> list[object]:
        return await asyncio.gather(
            *(database.write_batched(batched, i) for i in range(4)), return_exceptions=True
        )

    outcomes = asyncio.run(run())
    assert outcomes[0::2] == [0, 2]
    assert all(isinstance(o, InvalidRequest) for o in outcomes[1::2])


def test_writes_of_one_turn_of_the_loop_share_a_commit(database: Database) -> None:
    groups: list[int] = []

    def count(_tx: Tx, items: list[int]) -> list[int]:
        groups.append(len(items))
        return items

    batched = Batched(count)

    async def run() -> None:
        await asyncio.gather(*(database.write_batched(batched, i) for i in range(50)))

    asyncio.run(run())
    assert groups == [50]


def test_a_write_after_close_is_refused(database: Database) -> None:
    database.close()
    with pytest.raises(Unavailable):
        database.write_now(insert, "late")


def test_writes_that_wait_at_close_are_finished(database: Database) -> None:
    async def run() -> list[object]:
        waiting = [asyncio.ensure_future(database.write(insert, str(i))) for i in range(20)]
        await asyncio.sleep(0.01)
        await asyncio.to_thread(database.close)
        return await asyncio.gather(*waiting)

    assert asyncio.run(run()) == [str(i) for i in range(20)]


def test_a_write_that_comes_while_closing_is_refused(database: Database) -> None:
    async def run() -> list[object]:
        late = asyncio.ensure_future(database.write(insert, "late"))
        await asyncio.sleep(0)  # it is accepted, and waits for the end of this turn of the loop
        database.close()
        return await asyncio.gather(late, return_exceptions=True)

    assert isinstance(asyncio.run(run())[0], Unavailable)


def test_a_broken_foreign_key_is_no_fault_of_the_others(database: Database) -> None:
    def orphan(tx: Tx) -> None:
        tx.execute(sa.insert(experiment_tags).values(experiment_id=99, key="k", value="v"))

    async def run() -> list[object]:
        return await asyncio.gather(
            database.write(orphan), database.write(insert, "x"), return_exceptions=True
        )

    orphaned, fine = asyncio.run(run())
    assert isinstance(orphaned, Exception)
    assert fine == "x"


def test_tidying_runs_once_after_the_writes_have_gone_quiet(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lazward_server.db.database._QUIET", 0.05)
    calls: list[int] = []
    db = Database(database_url, tidy=lambda _tx: calls.append(1))

    async def run() -> None:
        await db.write(insert, "a")
        for _ in range(100):
            await asyncio.sleep(0.01)
            if calls:
                break
        await asyncio.sleep(0.2)

    asyncio.run(run())
    db.close()
    assert calls == [1]


def test_a_write_is_answered_that_shares_a_group_with_one_of_a_loop_that_is_gone(database: Database) -> None:
    begun, go = threading.Event(), threading.Event()

    def hold(_tx: Tx) -> None:
        begun.set()
        go.wait(60)

    async def leave() -> None:
        held = asyncio.ensure_future(database.write(hold))
        await asyncio.to_thread(begun.wait, 60)
        left = asyncio.ensure_future(database.write(insert, "left"))  # waits behind the one that holds
        await asyncio.sleep(0.01)
        assert not held.done()
        assert not left.done()

    asyncio.run(leave())
    threading.Timer(0.2, go.set).start()
    assert database.write_now(insert, "next") == "next"
    assert database.read_now(names) == {"left", "next"}
