"""The contract of engines on a real Slurm of three nodes, and what is Slurm's own."""

import re
import time

import pytest

from lazward.errors import InvalidRequest, Unavailable
from lazward.wire.slurm import SlurmSettings
from lazward_server.compute.engine import Presence, Target
from lazward_server.compute.over_ssh import OverSsh, Way
from lazward_server.compute.slurm.engine import Slurm
from tests.server.compute.contract import Contract
from tests.server.compute.slurm_rig import SlurmRig
from tests.sshd import Sshd, needs_sshd

pytestmark = pytest.mark.xdist_group("slurm")
TOKEN = "lzt-secret"  # what ``SlurmRig.launch`` gives


@pytest.fixture
def rig(slurm, tmp_path):
    made = SlurmRig(slurm, tmp_path)
    yield made
    made.end()


def until(holds, seconds=40):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)
    return found


def waits(rig, handle, word):
    """That a launcher waits, for a reason with this word in it."""

    def look():
        rig.presence(handle)
        found = rig.engine.waiting([handle]).get(handle)
        return found if found and word in found.reason else None

    return until(look)


class TestSlurm(Contract):
    @pytest.fixture
    def rig(self, rig):
        return rig


class OfThisCluster(OverSsh):
    """A login node at which Slurm's programs know this cluster."""

    def __init__(self, way, conf):
        super().__init__(way)
        self._conf = conf

    def run(self, argv, stdin=b"", seconds=30):
        return super().run(["env", f"SLURM_CONF={self._conf}", *argv], stdin, seconds)


@needs_sshd
class TestLoginNode:
    @pytest.fixture
    def host(self, tmp_path):
        running = Sshd(tmp_path / "sshd")
        yield running
        running.stop()

    @pytest.fixture
    def far(self, rig, host):
        way = Way("127.0.0.1", host.port, host.settings()["user"], host.host_key, host.key)
        commands = OfThisCluster(way, rig.slurm.variables["SLURM_CONF"])
        rig.commands = lambda: commands
        rig.restart()
        yield rig
        commands.close()

    def test_it_is_the_same_over_ssh(self, far):
        odd = {"A": "a b'c\"$(touch x)`x`\\", "B": "1\n2"}
        handle = far.launch(**odd)
        told = far.told(handle)
        assert {name: told["env"][name] for name in odd} == odd
        assert told["env"]["LAZWARD_TOKEN"] == TOKEN
        assert far.presence(handle) is Presence.THERE
        far.engine.cancel(handle)
        far.until_gone(handle)
        assert far.engine.why(handle).code == "Canceled"

    def test_a_login_node_that_is_away_is_no_end(self, far, host):
        handle = far.launch()
        until(lambda: far.presence(handle) is Presence.THERE)
        host.stop()
        far.restart()
        assert far.presence(handle) is Presence.UNKNOWN
        with pytest.raises(Unavailable):
            far.launch()
        far.engine.cancel(handle)
        host.start()
        far.restart()
        assert far.presence(handle) is Presence.THERE

    def test_what_is_missing_is_asked_for(self):
        settings = SlurmSettings(login="head")
        with pytest.raises(InvalidRequest, match="login_host_key"):
            Slurm.attach(Target(1, settings, {}, None))


class TestStarting:
    def test_the_token_is_in_no_script_no_list_and_no_file_that_stays(self, rig):
        handle = rig.launch()
        told = rig.told(handle)
        assert told["env"]["LAZWARD_TOKEN"] == TOKEN
        recorded = rig.slurm.run("scontrol", "write", "batch_script", rig.number(handle), "-")
        assert "#SBATCH --no-requeue" in recorded
        assert TOKEN not in recorded
        assert TOKEN not in rig.slurm.run("scontrol", "show", "job", "-dd", rig.number(handle))
        assert list((rig.folder / "tokens").iterdir()) == []

    def test_a_token_on_its_way_is_its_owners_alone(self, rig):
        blocker = rig.slurm.run("sbatch", "--parsable", "-N3", "--exclusive", "--wrap", "sleep 60").strip()
        handle = rig.launch(wait=False)
        (token,) = (rig.folder / "tokens").iterdir()
        assert TOKEN in token.read_text()
        assert [one.stat().st_mode & 0o77 for one in (token, token.parent, rig.folder)] == [0, 0, 0]
        rig.engine.cancel(handle)
        assert not token.exists()
        rig.slurm.run("scancel", blocker)

    def test_nothing_of_the_servers_own_environment_is_in_a_job(self, rig):
        rig.slurm.variables["AWS_SECRET_ACCESS_KEY"] = "x"
        rig.slurm.variables["SBATCH_PARTITION"] = "missing"
        try:
            rig.restart()
            told = rig.told(rig.launch())
        finally:
            del rig.slurm.variables["AWS_SECRET_ACCESS_KEY"], rig.slurm.variables["SBATCH_PARTITION"]
        assert "AWS_SECRET_ACCESS_KEY" not in told["env"]
        assert told["env"]["SLURM_JOB_PARTITION"] == "debug"

    def test_variables_arrive_as_they_are(self, rig):
        odd = {"A": "a b'c\"$(touch x)`x`\\", "B": "#SBATCH --partition=missing\n2", "C": "", "D": "äö 日本"}
        told = rig.told(rig.launch(**odd))
        assert {name: told["env"][name] for name in odd} == odd

    def test_options_reach_slurm(self, rig):
        rig.refuse(partition="short", time="0:30:00", mem="100M", cpus_per_task=2, nice=3, exclude="n1,n2")
        handle = rig.launch()
        shown = rig.slurm.run("scontrol", "show", "job", "-o", rig.number(handle))
        for word in ("Partition=short", "TimeLimit=00:30:00", "MinMemoryNode=100M", "NumCPUs=2", "Nice=3"):
            assert word in shown
        assert " NodeList=n3 " in shown

    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"partition": "missing"}, "invalid partition specified: missing"),
            ({"mem": "10T"}, "Memory specification can not be satisfied"),
            ({"gres": "gpu:9"}, "Invalid generic resource"),
            ({"time": "soon"}, "Invalid --time specification"),
        ],
    )
    def test_what_slurm_refuses_is_told_in_its_words_and_leaves_nothing(self, rig, settings, words):
        rig.refuse(**settings)
        with pytest.raises(InvalidRequest, match=re.escape(words)):
            rig.launch()
        assert list((rig.folder / "tokens").iterdir()) == []

    @pytest.mark.slow
    def test_a_controller_that_is_away_is_no_refusal(self, rig):
        there = rig.launch()
        time.sleep(6)  # it writes down every five seconds what it knows
        rig.slurm.stop_controller()
        try:
            with pytest.raises(Unavailable, match="Slurm does not answer"):
                rig.launch()
            rig.restart()
            assert rig.presence(there) is Presence.UNKNOWN
            rig.engine.cancel(there)
        finally:
            rig.slurm.start_controller()
            rig.slurm.until_nodes_answer()
        until(lambda: rig.presence(there) is Presence.THERE)


class TestWaiting:
    def test_why_it_waits_and_until_when_is_told(self, rig):
        wide = ("sbatch", "--parsable", "-N3", "--exclusive", "--time=5", "--wrap", "sleep 60")
        blocker = rig.slurm.run(*wide).strip()
        until(lambda: rig.slurm.state(blocker) == "RUNNING")
        handle = rig.launch(wait=False)
        found = waits(rig, handle, "Resources")
        assert "what it asks for is taken" in found.reason
        until(lambda: waits(rig, handle, "").expected_at)
        assert "UTC" in waits(rig, handle, "expects").reason
        assert rig.presence(handle) is Presence.THERE
        rig.slurm.run("scancel", blocker)
        rig.told(handle)
        until(lambda: (rig.presence(handle), rig.engine.waiting([handle])) == (Presence.THERE, {}))

    def test_more_time_than_a_partition_allows_waits_with_that_reason(self, rig):
        rig.refuse(partition="short", time="10:00:00")
        handle = rig.launch(wait=False)
        assert "more time than the partition allows" in waits(rig, handle, "PartitionTimeLimit").reason
        rig.engine.cancel(handle)
        rig.until_gone(handle)


class TestEnds:
    def test_one_that_somebody_else_cancelled(self, rig):
        handle = rig.launch()
        rig.slurm.run("scancel", rig.number(handle))
        rig.until_gone(handle)
        why = rig.engine.why(handle)
        assert why.code == "Canceled"
        assert f"job {rig.number(handle)}: CANCELLED" in why.message

    def test_one_whose_launcher_ended_early_says_what_that_printed(self, rig):
        handle = rig.launch(EXIT="7", SAYS="No module named lazward")
        rig.finish(handle)
        rig.until_gone(handle)
        why = rig.engine.why(handle)
        assert why.code == "NodeLost"
        for word in ("FAILED", "NonZeroExitCode", "exit code 7:0", "No module named lazward"):
            assert word in why.message

    def test_one_that_took_too_much_memory(self, rig):
        rig.refuse(mem="60M")
        handle = rig.launch(EATS=str(200 << 20))
        rig.until_gone(handle)
        why = rig.engine.why(handle)
        assert why.code == "OutOfMemory"
        assert "exceeded memory limit" in why.message

    @pytest.mark.slow
    @pytest.mark.timeout(200)
    def test_one_that_ran_for_too_long(self, rig):
        rig.refuse(time="1")
        handle = rig.launch()
        until(lambda: rig.presence(handle) is Presence.GONE, seconds=110)
        why = rig.engine.why(handle)
        assert why.code == "TimeLimit"
        assert "TIMEOUT" in why.message

    @pytest.mark.slow
    def test_one_whose_node_went_down(self, rig):
        rig.refuse(nodelist="n2")
        handle = rig.launch()
        rig.slurm.kill_node("n2")
        try:
            until(lambda: rig.presence(handle) is Presence.GONE, seconds=90)
        finally:
            rig.slurm.start_node("n2")
        why = rig.engine.why(handle)
        assert why.code == "NodeLost"
        for word in ("NODE_FAIL", "NodeDown", "on n2"):
            assert word in why.message

    def test_one_that_slurm_forgot_is_gone(self, rig):
        """The controller was set up anew: it knows no jobs, and its nodes end those that they find."""
        handle = rig.launch()
        rig.slurm.stop_controller()
        rig.slurm.start_controller("-c")
        try:
            until(lambda: rig.presence(handle) is Presence.GONE)
            assert "knows no job" in rig.engine.why(handle).message
        finally:
            rig.slurm.restart_nodes()

    def test_records_of_finished_jobs_tell_when_the_controller_has_forgotten(self, rig):
        handle = rig.launch()
        rig.slurm.run("scancel", rig.number(handle))
        rig.until_gone(handle)
        rig.slurm.stop_controller()
        rig.slurm.start_controller("-c")
        try:
            rig.restart()
            until(lambda: rig.presence(handle) is Presence.GONE)
            assert rig.engine.why(handle).code == "Canceled"
        finally:
            rig.slurm.restart_nodes()

    def test_the_number_of_a_job_of_somebody_elses_is_not_ours(self, rig):
        other = rig.slurm.run("sbatch", "--parsable", "--wrap", "sleep 60").strip()
        handle = f"{other} lazward-0a1b2c3d-1-00000000"
        until(lambda: rig.presence(handle) is Presence.GONE)
        rig.engine.cancel(handle)
        time.sleep(0.5)
        assert rig.slurm.state(other) in ("PENDING", "RUNNING")
        rig.slurm.run("scancel", other)


def test_many_are_asked_after_in_one_question_and_seldom_when_nothing_changes(rig):
    handles = [rig.launch() for _ in range(3)]
    asked = []
    rig.engine._programs._commands.run, run = (
        (lambda *a, **k: asked.append(a) or run(*a, **k)),
        (rig.engine._programs._commands.run),
    )
    end = time.monotonic() + 6
    while time.monotonic() < end:
        assert set(rig.engine.poll(handles).values()) == {Presence.THERE}
        time.sleep(0.02)
    assert 1 <= len(asked) <= 5
