"""Compute targets as rows: made, changed, deleted, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from lazward.errors import AlreadyExists, Conflict, InvalidRequest, InvalidState, NotFound
from lazward.wire.compute import CreateCompute, UpdateCompute
from lazward_server.compute import targets
from lazward_server.db.database import Database
from lazward_server.db.schema import compute_targets
from lazward_server.db.schema import nodes as node_rows
from tests.server.compute.conftest import WORKSPACE


def update(desk, name="cpu", **fields):
    return desk.write(targets.update, WORKSPACE, name, UpdateCompute(**fields))


class TestCreate:
    def test_it_has_what_was_given(self, desk, clock):
        made = desk.make(
            "gpu-1", size="Standard_NC6", min_nodes=1, max_nodes=3, idle_seconds=60, description="d",
            tags={"a": "ü"},
        )  # fmt: skip
        assert (made.name, made.kind, made.state, made.queued) == ("gpu-1", "cluster", "Succeeded", 0)
        assert (made.size.name, made.size.gpus, made.size_known) == ("STANDARD_NC6", 1, True)
        assert (made.min_nodes, made.max_nodes, made.idle_seconds) == (1, 3, 60)
        assert (made.description, made.tags) == ("d", {"a": "ü"})
        assert made.created_at == made.updated_at == made.allocated_at == clock.now
        assert desk.get("gpu-1") == made

    def test_what_was_not_given_has_sensible_values(self, desk):
        made = desk.make()
        assert (made.size.name, made.size_known, made.size.cpus) == ("STANDARD_D2_V2", True, 2)
        assert (made.min_nodes, made.max_nodes, made.idle_seconds) == (0, 1, 1800)
        assert (made.description, made.tags) == ("", {})

    def test_the_nodes_that_are_kept_are_there_at_once(self, desk):
        assert desk.make(min_nodes=2, max_nodes=5).nodes["idle"] == 2
        assert desk.nodes() == [(0, "idle"), (1, "idle")]

    def test_a_name_is_taken_whatever_the_case_of_its_letters(self, desk):
        desk.make("Cpu-1")
        for name in ("Cpu-1", "cpu-1", "CPU-1"):
            with pytest.raises(AlreadyExists, match="'Cpu-1' already"):
                desk.make(name)
            assert desk.get(name).name == "Cpu-1"

    def test_the_machine_that_submits_is_no_target(self, desk):
        for name in ("local", "Local", "LOCAL"):
            with pytest.raises(InvalidRequest, match="machine that submits"):
                desk.make(name)

    def test_an_unknown_kind(self, desk):
        with pytest.raises(InvalidRequest, match="'abacus'; there are cluster"):
            desk.make(kind="abacus")

    def test_more_kept_than_there_may_be(self, desk):
        with pytest.raises(InvalidRequest, match="min_nodes is 3, more than max_nodes, which is 2"):
            desk.make(min_nodes=3, max_nodes=2)
        with pytest.raises(NotFound):
            desk.get()

    def test_each_workspace_has_its_own(self, desk):
        other = desk.workspace()
        desk.make()
        with pytest.raises(NotFound, match="no compute target 'cpu'"):
            desk.read(targets.get, other, "cpu")
        desk.write(targets.create, other, CreateCompute(name="CPU", max_nodes=7))
        assert desk.get().max_nodes == 1
        assert [one.name for one in desk.read(targets.search, other)] == ["CPU"]

    def test_of_two_processes_that_make_it_at_once_one_does(self, desk, database_url):
        """Each has connections of its own; names differ in case, which no constraint forbids."""
        others = [Database(database_url) for _ in range(2)]
        together = threading.Barrier(len(others))

        def make(db, name):
            together.wait(10)
            try:
                return db.write_now(targets.create, WORKSPACE, CreateCompute(name=name)).name
            except AlreadyExists:
                return None

        try:
            for turn in range(10):
                with ThreadPoolExecutor(2) as pool:
                    made = list(pool.map(make, others, (f"cpu-{turn}", f"CPU-{turn}")))
                assert made.count(None) == 1, made
            assert len(desk.read(targets.search, WORKSPACE)) == 10
        finally:
            for one in others:
                one.close()


class TestFind:
    def test_all_by_name(self, desk):
        assert desk.read(targets.search, WORKSPACE) == []
        for name in ("zeta", "alpha", "mid"):
            desk.make(name)
        assert [one.name for one in desk.read(targets.search, WORKSPACE)] == ["alpha", "mid", "zeta"]

    def test_none(self, desk):
        for name in ("", "nope", "'; drop table nodes; --", "%", "<b>"):
            with pytest.raises(NotFound):
                desk.get(name)

    def test_what_waits_and_runs_is_counted(self, desk):
        desk.make("one", max_nodes=1)
        desk.make("two", max_nodes=2)
        desk.run("one")
        desk.submit("one")
        desk.submit("one")
        found = desk.get("one")
        assert found.queued == 2
        assert found.nodes == {"preparing": 0, "running": 1, "idle": 0, "leaving": 0}
        assert desk.get("two").queued == 0


class TestUpdate:
    def test_what_is_left_out_stays(self, desk, clock):
        made = desk.make(max_nodes=4, description="d", tags={"a": "b"})
        clock.now += 5
        changed = update(desk, idle_seconds=7)
        assert (changed.idle_seconds, changed.max_nodes, changed.description) == (7, 4, "d")
        assert (changed.updated_at, changed.created_at) == (made.created_at + 5, made.created_at)
        changed = update(desk, "CPU", description="", tags={}, max_nodes=2)
        assert (changed.description, changed.tags, changed.max_nodes) == ("", {}, 2)

    def test_nodes_that_are_to_be_kept_come_at_once(self, desk):
        desk.make(max_nodes=4)
        assert update(desk, min_nodes=2).nodes["idle"] == 2
        assert update(desk, min_nodes=0).nodes["idle"] == 2  # until they have been idle for long

    def test_numbers_that_contradict(self, desk):
        made = desk.make(min_nodes=2, max_nodes=4)
        for fields in ({"min_nodes": 5}, {"max_nodes": 1}, {"min_nodes": 9, "max_nodes": 8}):
            with pytest.raises(InvalidRequest, match="more than max_nodes"):
                update(desk, **fields)
        assert desk.get() == made

    def test_one_that_is_not_there(self, desk):
        with pytest.raises(NotFound):
            update(desk, max_nodes=2)

    def test_two_processes_never_make_the_numbers_contradict(self, desk, database_url):
        """Each change alone is possible, and both together are not."""
        others = [Database(database_url) for _ in range(2)]
        together = threading.Barrier(len(others))

        def change(db, fields):
            together.wait(10)
            try:
                db.write_now(targets.update, WORKSPACE, "cpu", UpdateCompute(**fields))
            except InvalidRequest:
                pass

        desk.make(max_nodes=4)
        try:
            for _ in range(10):
                update(desk, min_nodes=0, max_nodes=4)
                with ThreadPoolExecutor(2) as pool:
                    list(pool.map(change, others, ({"min_nodes": 3}, {"max_nodes": 2})))
                found = desk.get()
                assert found.min_nodes <= found.max_nodes
        finally:
            for one in others:
                one.close()


class TestDelete:
    def test_with_nothing_to_run_it_is_gone_at_once(self, desk):
        desk.make(min_nodes=2, max_nodes=2)
        desk.write(targets.delete, WORKSPACE, "CPU")
        with pytest.raises(NotFound):
            desk.get()
        assert desk.read(lambda tx: tx.execute(sa.select(node_rows)).all()) == []
        with pytest.raises(NotFound):
            desk.write(targets.delete, WORKSPACE, "cpu")
        assert desk.make().nodes["idle"] == 0

    def test_with_a_job_it_goes_when_that_has_ended(self, desk):
        desk.make(min_nodes=1, max_nodes=2)
        run_id = desk.run()
        for _ in range(2):
            desk.write(targets.delete, WORKSPACE, "cpu")
            assert desk.get().state == "Deleting"
        with pytest.raises(InvalidState, match="being deleted"):
            desk.submit()
        with pytest.raises(Conflict, match="being deleted"):
            update(desk, max_nodes=3)
        with pytest.raises(AlreadyExists):
            desk.make()
        desk.write(targets.vanish)
        assert desk.nodes() == [(0, "running")]
        desk.end(run_id)
        desk.write(targets.vanish)
        with pytest.raises(NotFound):
            desk.get()

    def test_others_stay(self, desk):
        desk.make("one", min_nodes=1)
        desk.make("two", min_nodes=1)
        desk.write(targets.delete, WORKSPACE, "one")
        assert desk.nodes("two") == [(0, "idle")]

    def test_a_new_one_of_the_name_has_nothing_of_the_old(self, desk):
        """Numbers are not used again, so old jobs do not count as its own."""
        desk.make()
        old = desk.number()
        desk.write(targets.delete, WORKSPACE, "cpu")
        desk.make()
        assert desk.number() != old

    def test_with_its_workspace(self, desk):
        other = desk.workspace()
        for number in (WORKSPACE, other):
            desk.write(targets.create, number, CreateCompute(name="cpu", min_nodes=1))
        assert desk.write(targets.remove_slice, other) is False
        assert desk.read(targets.search, other) == []
        assert desk.nodes() == [(0, "idle")]
        left = desk.read(lambda tx: tx.execute(sa.select(compute_targets.c.workspace_id)).scalars().all())
        assert left == [WORKSPACE]
