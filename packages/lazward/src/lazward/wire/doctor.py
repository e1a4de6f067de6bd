"""What is found where a compute target runs its jobs, and what is missing there."""

import msgspec

OK, WARNING, PROBLEM = "ok", "warning", "problem"


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        what: Such as ``python`` or ``server``.
        state: ``ok``, ``warning`` where jobs may still run, or ``problem`` where they cannot.
        text: What was found, and what to do about it.
    """

    what: str
    state: str
    text: str


class Place(msgspec.Struct, frozen=True):
    """One node or host of a target.

    Attributes:
        name: What people call it.
        findings: What was found there.
    """

    name: str
    findings: list[Finding]


class Diagnosis(msgspec.Struct, frozen=True):
    """What was found for one compute target.

    Attributes:
        server_url: Where its nodes were told to reach the server.
        places: All that were looked at.
    """

    server_url: str
    places: list[Place]
