"""What is written for Slurm and read from it, without one."""

import msgspec
import pytest

from lazward.errors import InvalidRequest, Unavailable
from lazward.wire.slurm import SlurmSettings
from lazward_server.compute import kinds
from lazward_server.compute.commands import Ran
from lazward_server.compute.engine import Launch, Presence
from lazward_server.compute.fake import Scripted
from lazward_server.compute.slurm import listing, problems, script, states
from lazward_server.compute.slurm.engine import Slurm
from lazward_server.compute.slurm.listing import Row
from lazward_server.compute.slurm.programs import Program, Programs

NAME = "lazward-0a1b2c3d-1-99887766"
WHOLE = """\
#!/bin/bash -l
#SBATCH --job-name=lazward-0a1b2c3d-1-99887766
#SBATCH --output=launchers/lazward-0a1b2c3d-1-99887766.log
#SBATCH --open-mode=append
#SBATCH --no-requeue
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --time=70
#SBATCH --partition=gpu
#SBATCH --mem=16G
#SBATCH --cpus-per-task=8
#SBATCH --gres=gpu:a100:2
#SBATCH --exclusive
module load cuda/12
export LAZWARD_LAUNCHER_LOG="$PWD"/launchers/lazward-0a1b2c3d-1-99887766.log
export LAZWARD_WORK_DIR='/scratch/it'"'"'s mine'
export LAZWARD_CONFIG_DIR="$PWD/config"
export LAZWARD_SPREAD='srun --nodes=2 --ntasks=2 --ntasks-per-node=1 --cpus-per-task=8 --kill-on-bad-exit=1\
 --export=ALL --input=none '"'"'/opt/my python'"'"' -I programs/lazward-1.pyz programs --module\
 lazward.launcher.member'
exec 0< tokens/lazward-0a1b2c3d-1-99887766 || exit 77
rm -f tokens/lazward-0a1b2c3d-1-99887766
exec '/opt/my python' -I programs/lazward-1.pyz programs
"""


def launch(**more):
    return Launch("0a1b2c3d" * 4, 1, {"LAZWARD_TOKEN": "lzt-secret", "A": "b"}, **more)


class TestScript:
    def test_the_whole_of_it(self):
        settings = SlurmSettings(
            partition="gpu", mem="16G", cpus_per_task=8, gres="gpu:a100:2", exclusive=True,
            setup="module load cuda/12", work="/scratch/it's mine", python="/opt/my python",
        )  # fmt: skip
        told = script.write(
            settings, launch(node_count=2, processes=4, max_seconds=3600), NAME, "programs/lazward-1.pyz"
        )
        assert told == WHOLE

    @pytest.mark.parametrize(
        ("time", "seconds", "asked"),
        [("", 30 * 86_400, None), ("2:00:00", 60, "2:00:00"), ("", 61, "12"), ("", 1, "11")],
    )
    def test_the_time_asked_for_is_the_targets_or_else_a_little_more_than_the_jobs(
        self, time, seconds, asked
    ):
        told = script.write(SlurmSettings(time=time), launch(max_seconds=seconds), NAME, "p")
        assert [one[15:] for one in told.split("\n") if "--time" in one] == ([asked] if asked else [])

    @pytest.mark.parametrize("odd", ["a b", "a\nb", "a#b", "a'b", 'a"b', "a\\b", "a$b", "a`b`", "a\n", "\0"])
    def test_values_that_would_be_more_than_one_word_are_refused(self, odd):
        with pytest.raises(InvalidRequest, match=r"partition"):
            kinds.read(Slurm, {"partition": odd})

    @pytest.mark.parametrize(
        "option", ["wrap", "uid", "output", "requeue", "job_name", "array", "nodes", "export"]
    )
    def test_options_that_are_not_listed_are_refused_by_name(self, option):
        with pytest.raises(InvalidRequest, match=f"unknown field `{option}`"):
            kinds.read(Slurm, {option: "x"})

    def test_numbers_may_be_texts(self):
        read = kinds.read(Slurm, {"cpus_per_task": "4", "exclusive": "true", "partition": "7"})
        assert read == SlurmSettings(cpus_per_task=4, exclusive=True, partition="7")


class TestReading:
    def test_the_queue(self):
        told = (
            "12|PENDING|1795732754||lazward-a|Resources\n"
            "13|RUNNING|1795732694|n[1-3]|lazward-b|None\n"
            "14|PENDING|N/A||c|ReqNodeNotAvail, UnavailableNodes:n1|n2\n"
            "slurm_load_jobs error: odd\n"
        )
        assert listing.queue(told) == {
            "12": Row("PENDING", "lazward-a", "", "Resources", 1795732754),
            "13": Row("RUNNING", "lazward-b", "n[1-3]", "", 1795732694),
            "14": Row("PENDING", "c", "", "ReqNodeNotAvail, UnavailableNodes:n1|n2"),
        }

    def test_one_job(self):
        told = (
            "JobId=4 JobName=wrap UserId=root(0) JobState=NODE_FAIL Reason=NodeDown Dependency=(null)"
            " ExitCode=0:0 ReqB:S:C:T=0:0:*:* ReqNodeList=(null) NodeList=n3 CPUs/Task=1"
        )
        assert listing.job(told, "4") == Row("NODE_FAIL", "wrap", "n3", "NodeDown")
        assert listing.job(told, "5") is None
        assert listing.job("", "4") is None

    def test_what_was_accounted(self):
        told = (
            "JobIDRaw|State|ExitCode|NodeList|JobName|Reason\n"
            "7|CANCELLED by 1000|0:15|n1|ours|None\n7.batch|CANCELLED|0:15|n1|batch|\n"
        )
        assert listing.accounted(told, "7") == Row("CANCELLED by 1000", "ours", "n1", "", None, "0:15")
        assert listing.accounted(told, "8") is None
        assert listing.accounted("", "7") is None


class TestStates:
    @pytest.mark.parametrize(
        ("state", "presence"),
        [
            ("PENDING", "there"), ("CONFIGURING", "there"), ("RUNNING", "there"), ("COMPLETING", "there"),
            ("SUSPENDED", "there"), ("REQUEUED", "there"), ("STOPPED", "there"), ("COMPLETED", "gone"),
            ("FAILED", "gone"), ("CANCELLED by 0", "gone"), ("CANCELLED+", "gone"), ("TIMEOUT", "gone"),
            ("NODE_FAIL", "gone"), ("PREEMPTED", "gone"), ("OUT_OF_MEMORY", "gone"), ("BOOT_FAIL", "gone"),
            ("DEADLINE", "gone"), ("SOMETHING_NEW", "unknown"), ("", "unknown"),
        ],
    )  # fmt: skip
    def test_presence(self, state, presence):
        assert states.presence(state) is Presence(presence)

    @pytest.mark.parametrize(
        ("state", "code"),
        [
            ("NODE_FAIL", "NodeLost"), ("BOOT_FAIL", "NodeLost"), ("PREEMPTED", "NodeLost"),
            ("FAILED", "NodeLost"), ("TIMEOUT", "TimeLimit"), ("DEADLINE", "TimeLimit"),
            ("OUT_OF_MEMORY", "OutOfMemory"), ("CANCELLED by 1000", "Canceled"),
        ],
    )  # fmt: skip
    def test_slurms_words_are_in_the_error(self, state, code):
        told = problems.problem(
            "7", Row(state, "x", "n1", "Because", None, "0:9"), "slurmstepd-n1: error: odd\n"
        )
        assert told.code == code
        for word in (f"job 7: {state}", "reason Because", "exit code 0:9", "on n1", "Printed last: odd"):
            assert word in told.message


class Controller:
    """A Slurm that says what the test wants."""

    def __init__(self):
        self.time = 0.0
        self.lines = {}
        self.away = False
        self.refusal = b""
        self.commands = Scripted(self._answer)
        programs = Programs(self.commands, "shared")
        self.engine = Slurm(SlurmSettings(), programs, lambda: Program("programs/x", b""), lambda: self.time)

    def _answer(self, argv, _stdin):
        if self.away:
            raise Unavailable("Nobody answers.")
        if "squeue" in argv:
            return Ran(0, "".join(self.lines.values()).encode(), b"")
        if "sh" in argv and self.refusal:
            return Ran(1, b"", self.refusal)
        return Ran(0, b"7\n", b"")

    def asked(self):
        return sum("squeue" in one for one in self.commands.ran)


class TestAsking:
    def test_the_longer_nothing_changes_the_seldomer(self):
        slurm = Controller()
        handle = slurm.engine.submit(launch())
        slurm.lines["7"] = f"7|RUNNING|N/A|n1|{handle.split()[1]}|None\n"
        counts = []
        for _ in range(5):
            before = slurm.asked()
            for _ in range(300):
                slurm.time += 0.2
                assert slurm.engine.poll([handle]) == {handle: Presence.THERE}
            counts.append(slurm.asked() - before)
        assert counts[0] > counts[-1]
        assert counts[-1] <= 7  # every ten seconds

    def test_all_jobs_are_one_question(self):
        slurm = Controller()
        names = {str(n): f"lazward-0a1b2c3d-1-{n:08x}" for n in range(500)}
        slurm.lines = {n: f"{n}|RUNNING|N/A|n1|{name}|None\n" for n, name in names.items()}
        handles = [f"{n} {name}" for n, name in names.items()]
        assert set(slurm.engine.poll(handles).values()) == {Presence.THERE}
        assert len(slurm.commands.ran) == 1

    def test_no_answer_is_no_end_and_is_asked_after_less_and_less(self):
        slurm = Controller()
        handle = "7 lazward-0a1b2c3d-1-00000000"
        slurm.away = True
        for _ in range(3000):
            slurm.time += 0.2
            assert slurm.engine.poll([handle]) == {handle: Presence.UNKNOWN}
        assert slurm.asked() < 20
        slurm.engine.cancel(handle)
        assert slurm.engine.why(handle) is not None

    def test_cancelling_is_not_repeated_five_times_a_second(self):
        slurm = Controller()
        handle = "7 lazward-0a1b2c3d-1-00000000"
        for _ in range(50):
            slurm.time += 0.2
            slurm.engine.cancel(handle)
        assert len(slurm.commands.ran) == 2

    @pytest.mark.parametrize(
        "words",
        [
            b"sbatch: error: Batch job submission failed: Unable to contact slurm controller",
            b"sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
            b"sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying",
        ],
    )
    def test_what_may_pass_is_no_refusal(self, words):
        slurm = Controller()
        slurm.refusal = words
        with pytest.raises(Unavailable):
            slurm.engine.submit(launch())

    def test_a_limit_that_is_reached_is_told_in_slurms_words(self):
        slurm = Controller()
        slurm.refusal = (
            b"sbatch: error: AssocMaxSubmitJobLimit\n"
            b"sbatch: error: Batch job submission failed: Job violates accounting/QOS policy"
        )
        with pytest.raises(InvalidRequest, match=r"AssocMaxSubmitJobLimit .* violates accounting/QOS policy"):
            slurm.engine.submit(launch())

    def test_no_answer_to_a_submission_withdraws_what_may_have_come_of_it(self):
        slurm = Controller()
        ran = []

        def answer(argv, _stdin):
            ran.append(list(argv))
            if "sh" in argv:
                raise Unavailable("It did not end in time.")
            return Ran(0, b"", b"")

        slurm.commands._answer = answer
        with pytest.raises(Unavailable):
            slurm.engine.submit(launch())
        assert ran[-1][:2] == ["scancel", "--me"]


def test_settings_survive_being_kept():
    settings = SlurmSettings(partition="gpu", cpus_per_task=3)
    kept = msgspec.json.encode(settings)
    assert kept == b'{"partition":"gpu","cpus_per_task":3}'
    assert msgspec.json.decode(kept, type=SlurmSettings) == settings
