"""What Slurm's words for how a job stands mean for a launcher."""

from lazward_server.compute.engine import Presence

WAITING = frozenset(
    "PENDING CONFIGURING REQUEUED REQUEUE_FED REQUEUE_HOLD RESV_DEL_HOLD SPECIAL_EXIT".split()
)
_THERE = frozenset(
    "RUNNING COMPLETING SUSPENDED STOPPED RESIZING SIGNALING STAGE_OUT POWER_UP_NODE UPDATE_DB EXPEDITING"
    .split()
)  # fmt: skip
_GONE = frozenset(
    "COMPLETED FAILED CANCELLED TIMEOUT NODE_FAIL PREEMPTED OUT_OF_MEMORY BOOT_FAIL DEADLINE REVOKED"
    " LAUNCH_FAILED RECONFIG_FAIL".split()
)
NODE_LOST, TIME_LIMIT, MEMORY, CANCELED = "NodeLost", "TimeLimit", "OutOfMemory", "Canceled"
"""Codes of problems."""
_CODES = {
    "TIMEOUT": TIME_LIMIT, "DEADLINE": TIME_LIMIT, "OUT_OF_MEMORY": MEMORY, "CANCELLED": CANCELED,
    "REVOKED": CANCELED,
}  # fmt: skip
_MEANINGS = {
    "BOOT_FAIL": "its node could not be booted",
    "CANCELLED": "somebody cancelled it there",
    "DEADLINE": "its deadline came first",
    "FAILED": "its launcher ended early",
    "LAUNCH_FAILED": "its launcher could not be started",
    "NODE_FAIL": "its node went down",
    "OUT_OF_MEMORY": "it took more memory than it was given",
    "PREEMPTED": "a job that goes first took its place",
    "TIMEOUT": "it ran for longer than Slurm allowed",
}
REASONS = {
    "AssocGrpCpuLimit": "the account's processors are all in use",
    "BeginTime": "the time from which it may start has not come",
    "JobHeldAdmin": "an administrator holds it",
    "JobHeldUser": "it is held",
    "PartitionDown": "the partition is down",
    "PartitionInactive": "the partition takes no jobs at the moment",
    "PartitionNodeLimit": "it asks for more nodes than the partition has for one job",
    "PartitionTimeLimit": "it asks for more time than the partition allows",
    "Priority": "jobs that go first are ahead of it",
    "QOSMaxJobsPerUserLimit": "as many jobs run as one user may have",
    "QOSMaxCpuPerUserLimit": "as many processors are taken as one user may have",
    "ReqNodeNotAvail": "a node that it asks for is not available",
    "Reservation": "its reservation has not begun",
    "Resources": "what it asks for is taken",
}
"""What Slurm's words for why a job waits mean, for those that are seen most."""


def base(state: str) -> str:
    """A state without what may stand behind it, as in ``CANCELLED by 1000`` and ``COMPLETED+``."""
    return state.split(" ", 1)[0].rstrip("+")


def presence(state: str) -> Presence:
    """Whether the launcher of a job in this state is there; one that waits will be, and counts as such."""
    name = base(state)
    if name in WAITING or name in _THERE:
        return Presence.THERE
    return Presence.GONE if name in _GONE else Presence.UNKNOWN


def code(state: str) -> str:
    """The code of a problem that a state is; ``NodeLost`` where a further attempt may mend it."""
    return _CODES.get(base(state), NODE_LOST)


def meaning(state: str) -> str:
    """What a state means in plain words; empty where that says no more."""
    return _MEANINGS.get(base(state), "")
