"""Reading what Slurm's programs print, as they do since version 20.11."""

import re
from collections.abc import Mapping
from typing import NamedTuple

FORMAT = "%i|%T|%S|%N|%j|%r"
"""What ``squeue`` is asked for, times being seconds; the reason comes last, since it is free text."""
COLUMNS = "JobIDRaw,State,ExitCode,NodeList,JobName,Reason"
COMPLETION_COLUMNS = "JobID,State,NodeList,JobName"
"""What ``sacct`` is asked for, of its accounting and of the records of finished jobs."""
_NOTHING = ("", "None", "(null)", "N/A", "0:0")
_FIELD = re.compile(r"(?:^|\s)([A-Z][A-Za-z:/_]*)=")


class Row(NamedTuple):
    """A job as Slurm has it.

    Attributes:
        state: Slurm's word.
        name: The job's name.
        nodes: Where it is; empty for nowhere.
        reason: Why it waits or ended so; empty for nothing.
        start_at: When it started or is expected to, in seconds since the epoch; None for unknown.
        exit_code: Its exit status and, behind a colon, the signal; empty for nothing.
    """

    state: str
    name: str
    nodes: str = ""
    reason: str = ""
    start_at: int | None = None
    exit_code: str = ""


def queue(text: str) -> dict[str, Row]:
    """What ``squeue`` printed, by job number; lines that are none of it are left out."""
    found: dict[str, Row] = {}
    for line in text.splitlines():
        cells = line.split("|", 5)
        if len(cells) == 6:  # noqa: PLR2004 - as many as FORMAT has
            number, state, start, nodes, name, reason = map(str.strip, cells)
            found[number] = Row(state, name, nodes, _some(reason), _seconds(start))
    return found


def job(text: str, number: str) -> Row | None:
    """What ``scontrol show job --oneliner`` printed of a job; None for nothing."""
    parts = _FIELD.split(text)
    told = {key: value.strip() for key, value in zip(parts[1::2], parts[2::2], strict=True)}
    if told.get("JobId") != number or "JobState" not in told:
        return None
    name, nodes, reason, status = (_some(told.get(key, "")) for key in _SHOWN)
    return Row(told["JobState"], name, nodes, reason, None, status)


_SHOWN = ("JobName", "NodeList", "Reason", "ExitCode")


def accounted(text: str, number: str) -> Row | None:
    """What ``sacct --parsable2`` printed of a job, and not of its steps; None for nothing."""
    lines = [line.split("|") for line in text.splitlines()]
    if not lines:
        return None
    rows = [dict(zip(lines[0], cells, strict=False)) for cells in lines[1:]]
    own = [row for row in rows if (row.get("JobIDRaw") or row.get("JobID")) == number]
    return _row(own[-1]) if own else None


def _row(cells: Mapping[str, str]) -> Row:
    name, nodes, reason, status = (_some(cells.get(key, "")) for key in _SHOWN)
    return Row(cells.get("State", ""), name, nodes, reason, None, status)


def _some(text: str) -> str:
    return "" if text in _NOTHING else text


def _seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
