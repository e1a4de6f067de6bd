"""An engine for each target: made when it is needed, and anew when its target has changed."""

import asyncio
import json
import threading
from typing import ClassVar

import msgspec
import pytest

from lazward.errors import InvalidRequest, Unavailable
from lazward.wire.compute import CreateCompute, Size, UpdateCompute
from lazward.wire.jobs import CreateJob, JobSpec
from lazward_server import vault
from lazward_server.compute import kinds, nodes, targets
from lazward_server.compute.engine import Launch
from lazward_server.compute.engines import Engines, Stored
from lazward_server.compute.fake import Fake
from lazward_server.jobs import create, load, queue
from lazward_server.jobs.scheduler import Scheduler
from lazward_server.settings import Settings
from tests.server.compute.conftest import NOBODY, WORKSPACE


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    address: str
    nodes: int = 2
    cpus: int = 7


class Elsewhere(Fake):
    """An engine that remembers what it was made from, and may hang."""

    settings = Place
    secrets = frozenset({"key"})
    made: ClassVar[list["Elsewhere"]] = []

    @classmethod
    def open(cls, target):
        cls.made.append(cls())
        made = cls.made[-1]
        made.target, made.closed, made.held = target, False, threading.Event()
        made.held.set()
        if target.settings.address == "nowhere":
            raise Unavailable("There is no such place.")
        return made

    @classmethod
    def node_count(cls, settings):
        return settings.nodes

    @classmethod
    def node_size(cls, settings, node):
        return Size("own", settings.cpus + node, 2**30)

    def submit(self, launch):
        self.held.wait(20)
        return super().submit(launch)

    def poll(self, handles):
        self.held.wait(20)
        return super().poll(handles)

    def close(self):
        self.closed = True


@pytest.fixture
def elsewhere(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "elsewhere", Elsewhere)
    monkeypatch.setattr(Elsewhere, "made", [])
    return Elsewhere.made


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path, "sqlite:///x", "file:///x")


@pytest.fixture
def place(desk, elsewhere):  # noqa: ARG001 - the kind must be there
    """A target of that kind."""

    def make(name="far", sealed=(), **more):
        fields = {"address": "there", **more.pop("settings", {})}
        fields = {name: value for name, value in fields.items() if value is not None}
        message = CreateCompute(name=name, kind="elsewhere", settings=fields, **more)
        return desk.write(targets.create, WORKSPACE, message, dict(sealed))

    return make


class TestSettings:
    def test_they_are_kept_and_answered_and_tell_the_nodes(self, desk, place):
        place(settings={"nodes": 5}, server_url="https://ml:8421")
        found = desk.get("far")
        assert (found.settings, found.max_nodes) == ({"address": "there", "nodes": 5, "cpus": 7}, 5)
        assert (found.server_url, found.secrets) == ("https://ml:8421", [])

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({}, "missing required field `address`"),
            ({"address": 1}, r"Expected `str`, got `int` - at `\$.address`"),
            ({"address": "x", "adress": "y"}, "unknown field `adress`"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, place, fields, told):
        with pytest.raises(InvalidRequest, match=told):
            place(settings={"address": None} | fields)

    def test_a_cluster_has_none(self, desk):
        with pytest.raises(InvalidRequest, match="unknown field `address`"):
            desk.make(settings={"address": "x"})
        with pytest.raises(InvalidRequest, match="no secret 'key'; they have: none"):
            desk.write(targets.create, WORKSPACE, CreateCompute(name="cpu"), {"key": "sealed"})

    def test_new_ones_take_the_place_of_all_and_secrets_of_those_they_name(self, desk, place):
        place(sealed={"key": "sealed"}, settings={"nodes": 5})
        changed = desk.write(
            targets.update, WORKSPACE, "far", UpdateCompute(settings={"address": "b", "nodes": 1})
        )
        assert (changed.settings, changed.max_nodes) == ({"address": "b", "nodes": 1, "cpus": 7}, 1)
        assert changed.secrets == ["key"]
        changed = desk.write(targets.update, WORKSPACE, "far", UpdateCompute(), {"key": None})
        assert (changed.secrets, changed.settings["address"]) == ([], "b")
        with pytest.raises(InvalidRequest, match="missing required field"):
            desk.write(targets.update, WORKSPACE, "far", UpdateCompute(settings={}))

    def test_a_job_has_what_its_node_has(self, desk, place):
        place()
        for _ in range(2):
            desk.submit("far")
        claimed = desk.write(queue.claim, "here")
        assert [(one.node, one.cpus) for one in claimed] == [(0, 7), (1, 8)]
        row = desk.read(load.row, WORKSPACE, claimed[1].run_id)
        assert desk.read(queue.limits, row) == (8, 2**30)


class TestNodesThatAreAway:
    def test_get_no_job(self, desk, place):
        place(settings={"nodes": 3})
        number = desk.number("far")
        take = lambda job, away: desk.write(nodes.take, number, 3, job, away)  # noqa: E731
        assert take(1, {0}) == 1
        assert take(2, {0, 2}) is None
        assert take(3, ()) == 0
        desk.write(nodes.free, 3)
        assert take(4, {0, 1, 2}) is None
        assert take(5, {0}) == 2
        assert take(6, {0}) is None

    def test_what_an_engine_says_of_them_is_heeded(self, desk, place, settings, elsewhere):
        place()
        scheduler = Scheduler(desk.db, settings, Engines(settings), "host")
        first = desk.submit("far")
        asyncio.run(scheduler.run())
        elsewhere[0].gone_nodes = {1}
        second = desk.submit("far")
        asyncio.run(scheduler.run())
        assert [one.run_id for one in elsewhere[0].launched] == [first]
        elsewhere[0].gone_nodes = set()
        asyncio.run(scheduler.run())
        assert [(one.run_id, one.node) for one in elsewhere[0].launched] == [(first, 0), (second, 1)]


class TestEngines:
    def stored(self, settings, address="there", number=1, **secrets):
        sealed = {name: vault.seal(settings, text) for name, text in secrets.items()}
        text = json.dumps({"address": address})
        return Stored(number, "elsewhere", "", text, json.dumps(sealed))

    def test_one_is_made_from_its_target_when_it_is_needed(self, settings, elsewhere):
        engines = Engines(settings)
        operator = engines.of(self.stored(settings, key="s3cret"))
        assert elsewhere == []
        assert asyncio.run(operator.submit(Launch("r", 1, {}))) == "r 1"
        (made,) = elsewhere
        assert (made.target.settings, made.target.secrets) == (Place("there"), {"key": "s3cret"})
        assert made.target.home == settings.home

    def test_it_stays_until_its_target_changes_or_goes(self, settings, elsewhere):
        engines, stored = Engines(settings), self.stored(settings)
        for one in (stored, stored, stored._replace(server_url="https://x"), self.stored(settings, "b")):
            asyncio.run(engines.of(one).submit(Launch("r", 1, {})))
        assert [one.closed for one in elsewhere] == [True, True, False]
        engines.keep({1})
        assert not elsewhere[-1].closed
        engines.keep(())
        assert elsewhere[-1].closed

    @pytest.mark.usefixtures("elsewhere")
    def test_one_that_cannot_be_made_says_why_to_the_job_and_concludes_nothing(self, settings, caplog):
        operator = Engines(settings).of(self.stored(settings, "nowhere"))
        with pytest.raises(Unavailable, match="no such place"):
            asyncio.run(operator.submit(Launch("r", 1, {})))
        for _ in range(3):
            assert asyncio.run(operator.poll(["h"])) == {}
            asyncio.run(operator.cancel("h"))
            assert asyncio.run(operator.why("h")) is None
        assert caplog.text.count("no such place") == 1

    def test_a_kind_that_is_not_there_any_more(self, settings):
        operator = Engines(settings).of(Stored(1, "vanished", "", "{}", "{}"))
        with pytest.raises(Unavailable, match="no engine for targets of the kind 'vanished'"):
            asyncio.run(operator.submit(Launch("r", 1, {})))


class TestSlow:
    """One that hangs holds up nobody else, and is asked one thing at a time."""

    @pytest.fixture
    def scheduler(self, desk, settings, monkeypatch):
        monkeypatch.setattr("lazward_server.jobs.scheduler._QUICK", 0.05)
        return Scheduler(desk.db, settings, Engines(settings), "host")

    def test_others_are_started_and_followed_meanwhile(self, desk, place, scheduler, elsewhere):
        place("slow")
        place("quick", settings={"nodes": 3})

        async def play():
            slow = await hang(desk.db, scheduler, elsewhere)
            first = await submit(desk.db, "quick")
            await scheduler.run()
            await submit(desk.db, "quick")
            slow.living.clear()
            for _ in range(5):
                await scheduler.run()
            quick = next(one for one in elsewhere if one is not slow)
            assert len(quick.launched) == 2
            quick.living.discard(f"{first} 1")
            await scheduler.run()
            assert await state(desk.db, first) == "Queued"
            assert len(slow.launched) == 1
            slow.held.set()
            while len(slow.launched) == 1:
                await scheduler.run()
            await scheduler.close()

        asyncio.run(play())

    def test_what_it_claims_is_what_it_can_start(self, desk, place, scheduler, elsewhere):
        """A job that is claimed and not started would be given to another launcher, and that one too."""
        place("slow", settings={"nodes": 9})

        async def play():
            slow = await hang(desk.db, scheduler, elsewhere)
            waiting = await submit(desk.db, "slow")
            for _ in range(3):
                await scheduler.run()
            assert await state(desk.db, waiting) == "Queued"
            slow.held.set()
            while len(slow.launched) < 3:
                await scheduler.run()
            await scheduler.close()

        asyncio.run(play())


async def hang(db, scheduler, engines):
    """The engine of the target ``slow``, which has one launcher and hangs while it starts another."""
    await submit(db, "slow")
    await scheduler.run()
    engines[0].held.clear()
    await submit(db, "slow")
    await scheduler.run()
    return engines[0]


async def submit(db, name):
    message = CreateJob(experiment="e", compute=name, spec=JobSpec(command="true"))
    return await db.write(create.create, WORKSPACE, NOBODY, message)


async def state(db, run_id):
    return (await db.read(load.get, WORKSPACE, run_id)).state


class TestVault:
    def test_what_is_sealed_is_read_with_the_same_key_alone(self, settings, tmp_path):
        sealed = vault.seal(settings, "s3cret ü\n")
        assert "s3cret" not in sealed
        assert vault.open_(settings, sealed) == "s3cret ü\n"
        assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
        (tmp_path / "secret.key").unlink()
        with pytest.raises(Unavailable, match="--secret-key-file"):
            vault.open_(settings, sealed)

    def test_every_process_makes_the_same_key(self, settings):
        sealed = []
        threads = [
            threading.Thread(target=lambda: sealed.append(vault.seal(settings, "x"))) for _ in range(8)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert [vault.open_(settings, one) for one in sealed] == ["x"] * 8
        assert [one.name for one in settings.home.iterdir()] == ["secret.key"]

    def test_a_file_that_was_named_is_never_made(self, tmp_path):
        for text, told in [(None, "cannot be read: No such file"), ("short", "holds no key")]:
            file = tmp_path / "named"
            if text is not None:
                file.write_text(text)
            named = Settings(tmp_path, "x", "x", secret_key_file=file)
            with pytest.raises(Exception, match=told):
                vault.seal(named, "x")
