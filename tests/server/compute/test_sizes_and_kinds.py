"""What a node has, what a kind can do, and whether the server may run anything."""

import asyncio
from pathlib import Path

import pytest

from lazward.environment import containers
from lazward.errors import InvalidRequest, PermissionDenied
from lazward.wire.environments import EnvironmentSpec
from lazward.wire.jobs import JobSpec
from lazward_server.compute import kinds, policy, sizes
from lazward_server.compute.engine import Containers, Engine, SeveralNodes
from lazward_server.compute.fake import Fake, OneForAll
from lazward_server.jobs import attempts, load
from lazward_server.jobs.scheduler import Scheduler
from lazward_server.settings import Settings
from tests.server.compute.conftest import WORKSPACE


class TestSizes:
    def test_those_that_scripts_name(self):
        names = {size.name for size in sizes.ALL}
        assert {"STANDARD_D2_V2", "STANDARD_DS2_V2", "STANDARD_D3_V2", "STANDARD_NC6"} <= names
        assert len(names) == len(sizes.ALL)
        assert all(size.cpus >= 1 and size.memory_bytes >= 2**31 and size.gpus >= 0 for size in sizes.ALL)

    @pytest.mark.parametrize("name", ["STANDARD_D2_V2", "standard_d2_v2", "Standard_D2_v2"])
    def test_the_case_does_not_matter(self, name):
        size, known = sizes.find(name)
        assert (size.name, size.cpus, size.memory_bytes, known) == ("STANDARD_D2_V2", 2, 7 * 2**30, True)

    def test_nothing_is_the_default(self):
        assert sizes.find("") == (sizes.DEFAULT, True)

    @pytest.mark.parametrize("name", ["Standard_ND96", "<b>", " ", "STANDARD_D2_V2 "])
    def test_any_other_name_has_the_defaults_figures(self, name):
        size, known = sizes.find(name)
        assert (size.name, known) == (name, False)
        assert (size.cpus, size.memory_bytes, size.gpus) == (2, 7 * 2**30, 0)


class TestKinds:
    def test_every_kind_is_an_engine(self):
        for kind in kinds.KINDS.values():
            assert issubclass(kind, Engine)

    def test_each_is_listed_with_what_it_can_do(self):
        listed = {kind.name: kind for kind in kinds.listed()}
        assert set(listed) == set(kinds.KINDS)
        for name, engine in kinds.KINDS.items():
            assert listed[name].containers is issubclass(engine, Containers)
            assert listed[name].several_nodes is issubclass(engine, SeveralNodes)

    def test_a_plain_job_runs_on_a_cluster(self):
        assert kinds.check("cluster", "cpu", JobSpec(command="true")) is None

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"node_count": 2}, "'cpu' runs a job on one node .* node_count=2"),
            ({"distribution": "mpi"}, "node_count=1 with mpi"),
        ],
    )
    def test_what_a_cluster_is_not_capable_of(self, fields, told):
        with pytest.raises(InvalidRequest, match=told) as caught:
            kinds.check("cluster", "cpu", JobSpec(command="true", **fields))
        assert "Targets that have several nodes: slurm" in caught.value.message

    def test_a_kind_that_is_capable_takes_it_and_is_named_to_others(self, monkeypatch):
        class Able(SeveralNodes, Containers): ...

        monkeypatch.setitem(kinds.KINDS, "able", Able)
        spec = JobSpec(command="true", node_count=2, environment=EnvironmentSpec(image="ubuntu"))
        assert kinds.check("able", "big", spec) is None
        with pytest.raises(InvalidRequest, match="Targets that have several nodes: slurm, able"):
            kinds.check("cluster", "cpu", spec)

    def test_a_cluster_runs_images_where_there_is_an_engine(self, monkeypatch):
        spec = JobSpec(command="true", environment=EnvironmentSpec(image="ubuntu"))
        monkeypatch.setenv("PATH", "")
        with pytest.raises(InvalidRequest, match="'cpu' cannot run a job in an image: Docker engine is not"):
            kinds.check("cluster", "cpu", spec)
        monkeypatch.setattr(containers, "find", lambda: None)
        assert kinds.check("cluster", "cpu", spec) is None

    def test_an_engine_without_containers_says_who_has_them(self, monkeypatch):
        monkeypatch.setitem(kinds.KINDS, "bare", Fake)
        spec = JobSpec(command="true", environment=EnvironmentSpec(image="ubuntu"))
        with pytest.raises(InvalidRequest, match=r"Leave the image out .* have containers: cluster"):
            kinds.check("bare", "cpu", spec)

    def test_an_unknown_kind_is_capable_of_nothing(self):
        with pytest.raises(InvalidRequest):
            kinds.check("gone", "cpu", JobSpec(command="true", node_count=2))


class TestPolicy:
    @pytest.mark.parametrize(
        ("host", "jobs", "allowed"),
        [
            ("127.0.0.1", None, True),
            ("127.0.0.1", False, False),
            ("0.0.0.0", None, False),
            ("0.0.0.0", True, True),
        ],
    )
    @pytest.mark.parametrize("kind", ["cluster", "slurm"])
    def test_a_server_that_others_reach_runs_nothing_unless_told(self, kind, host, jobs, allowed):
        settings = Settings(Path("/nowhere"), "sqlite:///x", "file:///x", host=host, jobs=jobs)
        if allowed:
            policy.check_allowed(settings, kind, {})
        else:
            with pytest.raises(PermissionDenied, match="--jobs on"):
                policy.check_allowed(settings, kind, {})
        policy.check_allowed(settings, "slurm", {"login": "head"})

    def test_what_was_queued_when_it_might_is_not_started(self, desk, monkeypatch):
        monkeypatch.setattr(attempts, "_PAUSE", 0)
        settings = Settings(Path("/nowhere"), "sqlite:///x", "file:///x", jobs=False)
        engine = Fake()
        desk.make()
        run_id = desk.submit()
        scheduler = Scheduler(desk.db, settings, OneForAll(engine), "host")
        for _ in range(5):  # it is tried again as often as its submitter wanted
            asyncio.run(scheduler.run())
        job = desk.read(load.get, WORKSPACE, run_id)
        assert engine.launched == []
        assert (job.state, job.error.code) == ("Failed", "Start")
        assert "--jobs on" in job.error.message
