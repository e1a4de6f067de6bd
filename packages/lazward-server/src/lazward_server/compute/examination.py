"""What is found on a host that runs launchers, and what is missing there."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from lazward.errors import Unavailable
from lazward.wire.doctor import OK, PROBLEM, WARNING, Finding

_GIB = 2**30
_LITTLE, _TOO_LITTLE = 5 * _GIB, _GIB // 4
_SECONDS = 120.0
"""In which a launcher is unpacked and has looked for the server."""


class Asked(Protocol):
    """A host that answers questions; see ``ssh.Host``."""

    def ask(self, question: str, more: bytes = b"", seconds: float = 20, **asked: Any) -> dict[str, Any]: ...

    def bring(self) -> None: ...

    def variables(self) -> dict[str, str]: ...


def of(host: Asked, server_url: str) -> list[Finding]:
    """All that is found on one host; what comes after a problem that hides the rest is left out."""
    try:
        found = host.ask("look")
    except Unavailable as error:
        return [Finding("connection", PROBLEM, error.message)]
    connected = Finding("connection", OK, "It lets the server in, and shows the key that it should.")
    findings = [connected, python(found), builder(found), disk(found)]
    if any(one.state == PROBLEM for one in findings):
        return findings
    return findings + _from_there(host, found, server_url)


def unfit(found: Mapping[str, Any]) -> str:
    """Why no launcher can run where this was found; empty where one can."""
    if not found["fits"]:
        return (
            f"{found['executable']} is Python {found['python']}; 3.10 is needed at least. Install it, or"
            " name another with `python` in the settings."
        )
    if not found["proc"]:
        return f"It runs {found['system']}; launchers are followed on Linux alone."
    return ""


def python(found: Mapping[str, Any]) -> Finding:
    """Whether its interpreter will do."""
    why = unfit(found)
    return Finding("python", PROBLEM if why else OK, why or f"{found['executable']} is {found['python']}.")


def builder(found: Mapping[str, Any]) -> Finding:
    """What builds the environments of jobs there."""
    if found["uv"]:
        return Finding("uv", OK, f"{found['uv']} builds environments.")
    if found["venv"]:
        return Finding(
            "uv",
            WARNING,
            "There is no uv, so venv and pip build environments: slower, and for no other Python than"
            f" {found['python']}. Install it there: pip install uv",
        )
    return Finding(
        "uv",
        WARNING,
        "There is neither uv nor venv, so no job can bring packages. Install it there: pip install uv",
    )


def disk(found: Mapping[str, Any]) -> Finding:
    """Whether there is room for the files and environments of jobs."""
    free = found["disk_free_bytes"]
    state = PROBLEM if free < _TOO_LITTLE else WARNING if free < _LITTLE else OK
    more = "" if state == OK else " Make room there, or choose another `folder` in the settings."
    return Finding("disk", state, f"{free / _GIB:.1f} GiB are free below {found['folder']}.{more}")


def _from_there(host: Asked, found: Mapping[str, Any], server_url: str) -> list[Finding]:
    """What a launcher finds there on its way to the server."""
    try:
        if not found["bundle"]:
            host.bring()
        ran = host.ask("doctor", seconds=_SECONDS, server_url=server_url, environment=host.variables())
    except Unavailable as error:
        return [Finding("launcher", PROBLEM, error.message)]
    if ran["exit_code"]:
        return [Finding("launcher", PROBLEM, " ".join(ran["stderr"].split())[-800:])]
    told = [msgspec.json.decode(line, type=Finding) for line in ran["stdout"].splitlines()]
    return [Finding("launcher", OK, "It is there, with all that it needs."), *told]
