"""Logs become artifacts when their job is over, each for itself and once."""

import asyncio

import pytest
import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.errors import NotFound, Unavailable
from lazward.wire.jobs import LOG, rank_log
from lazward_server.artifacts.metered import Metered
from lazward_server.artifacts.store import open_store
from lazward_server.artifacts.usage import Usage
from lazward_server.db.schema import jobs, workspaces
from lazward_server.jobs import logged, logs, sealing

FOLDER = "default"


class Records:
    """Jobs with logs, over since long."""

    def __init__(self, shop, folder):
        self.shop = shop
        self.root = folder.as_uri()
        self.blobs = Metered(open_store(self.root), Usage(shop.db))

    def over(self, *parts):
        """The run id of a job that is over and has written these parts."""
        run_id = self.shop.submit("local")
        offset = 0
        for part in parts:
            asyncio.run(logs.append(self.blobs, FOLDER, run_id, LOG, offset, part))
            offset += len(part)
        self.shop.cancel(run_id)
        self.shop.write(lambda tx: tx.execute(sa.update(jobs).values(ended_at=1)))
        return run_id

    def seal(self, blobs=None):
        asyncio.run(sealing.seal(self.shop.db, blobs or self.blobs, self.root))

    def sealed(self, run_id):
        match = jobs.c.run_id == run_id
        return self.shop.read(lambda tx: tx.execute(sa.select(jobs.c.sealed).where(match)).scalar_one())

    def stream(self, run_id, blobs=None):
        """The whole log, as by its link."""
        job = self.shop.read(logged.find, run_id, WORKSPACE)

        async def collect():
            return [piece async for piece in logged.stream(blobs or self.blobs, self.root, job, LOG)]

        return b"".join(asyncio.run(collect()))

    def read(self, run_id):
        job = self.shop.read(logged.find, run_id, WORKSPACE)
        return asyncio.run(logged.read(self.blobs, self.root, job, LOG, 0, 2**20)).content


@pytest.fixture
def records(shop, tmp_path):
    made = Records(shop, tmp_path / "artifacts")
    yield made
    made.blobs.close()


def test_the_parts_become_one_artifact_and_go(records):
    run_id = records.over(b"one ", b"two")
    records.seal()
    assert records.sealed(run_id)
    assert records.read(run_id) == b"one two"
    assert asyncio.run(logs.names(records.blobs, FOLDER, run_id)) == []


def test_the_logs_of_its_single_processes_become_artifacts_of_their_own(records):
    run_id = records.over(b"first")
    for rank in (10, 2, 1):
        asyncio.run(logs.append(records.blobs, FOLDER, run_id, rank_log(rank), 0, b"of one"))
    job = records.shop.read(logged.find, run_id, WORKSPACE)
    wanted = [LOG, rank_log(1), rank_log(2), rank_log(10)]
    assert asyncio.run(logged.names(records.blobs, records.root, job)) == wanted
    records.seal()
    assert asyncio.run(logged.names(records.blobs, records.root, job)) == wanted
    found = asyncio.run(logged.read(records.blobs, records.root, job, rank_log(2), 0, 100))
    assert found.content == b"of one"


@pytest.mark.parametrize("name", ["user_logs/std_log_process_x.txt", "user_logs/other.txt", "std_log.txt"])
def test_there_are_no_other_logs(name):
    with pytest.raises(NotFound, match="no log"):
        logs.canonical(name)


def test_a_workspace_that_is_full_keeps_its_logs_all_the_same(records):
    run_id = records.over(b"x" * 1000)
    limited = sa.update(workspaces).values(most_artifact_bytes=1)
    records.shop.write(lambda tx: tx.execute(limited))
    records.blobs = Metered(open_store(records.root), Usage(records.shop.db))
    records.seal()
    assert records.sealed(run_id)
    assert records.read(run_id) == b"x" * 1000


def test_one_that_cannot_be_kept_holds_up_no_other_and_is_tried_again(records, monkeypatch, caplog):
    bad, good = records.over(b"bad"), records.over(b"good")
    real = logs.seal

    async def fails(blobs, folder, run_id, artifacts):
        if run_id == bad:
            raise Unavailable("The store is away.")
        await real(blobs, folder, run_id, artifacts)

    monkeypatch.setattr(logs, "seal", fails)
    for _ in range(3):
        records.seal()
    assert (records.sealed(bad), records.sealed(good)) == (False, True)
    assert caplog.text.count(bad) == 1  # not in each round
    monkeypatch.setattr(logs, "seal", real)
    later = sealing.now() + 2 * sealing._HELD
    monkeypatch.setattr(sealing, "now", lambda: later)
    records.seal()
    assert records.read(bad) == b"bad"


def test_of_two_processes_one_seals_a_job(records, monkeypatch):
    """The second comes while the first is at it; on SQLite there is no second, and who claimed is dead."""
    run_id = records.over(b"one ", b"two")
    begun = []
    real = logs.seal

    async def slowly(blobs, folder, run_id, artifacts):
        begun.append(run_id)
        if len(begun) == 1:
            monkeypatch.setattr(sealing, "_ME", "another process")
            await sealing.seal(records.shop.db, blobs, records.root)
            monkeypatch.setattr(sealing, "_ME", me)
        await real(blobs, folder, run_id, artifacts)

    me = sealing._ME
    monkeypatch.setattr(logs, "seal", slowly)
    records.seal()
    assert begun == [run_id] * (1 if records.shop.on_postgresql else 2)
    assert records.read(run_id) == b"one two"


class Counting:
    """A store that counts how often it lists, and loses parts on request."""

    def __init__(self, blobs):
        self._blobs = blobs
        self.lists = 0
        self.before_open = None

    def __getattr__(self, name):
        return getattr(self._blobs, name)

    async def list_folder(self, key):
        self.lists += 1
        return await self._blobs.list_folder(key)

    async def open(self, key):
        if self.before_open is not None:
            await self.before_open(key)
        return await self._blobs.open(key)


@pytest.mark.parametrize("sealed", [False, True])
def test_a_whole_log_is_looked_for_once(records, sealed):
    parts = [bytes([65 + number]) * 2**20 for number in range(4)]
    run_id = records.over(*parts)
    if sealed:
        records.seal()
    counting = Counting(records.blobs)
    assert records.stream(run_id, counting) == b"".join(parts)
    assert counting.lists == 1


def test_a_log_that_is_sealed_while_it_is_read_is_read_to_its_end(records):
    parts = [b"first ", b"second ", b"third"]
    run_id = records.over(*parts)
    counting = Counting(records.blobs)

    async def seal_before_the_second(key):
        if key.endswith("6"):
            counting.before_open = None
            await sealing.seal(records.shop.db, records.blobs, records.root)

    counting.before_open = seal_before_the_second
    assert records.stream(run_id, counting) == b"".join(parts)
    assert records.sealed(run_id)


def test_a_job_without_a_log_has_an_empty_one(records):
    assert records.stream(records.over()) == b""
