"""Texts of errors that clients, or people's scripts, look for."""

import re

CLIENTS_MATCH = [
    re.compile(text, re.DOTALL)
    for text in (
        r"must be in the 'active' state",
        r"Changing param values is not allowed",
        r"already exists",
        r"(?:Missing value for required|Invalid value .{,400} for) parameter '(?:[\w\[\]]+\.)*(\w+)'",
        r"No Experiment with id=\S+ exists",
        r"Run with id=\S+ not found",
        r"can contain at most \d+ \w+",
        r"Duplicate parameter keys have been submitted",
        r"Params were already logged",
        r"Registered Model with name=\S+ not found",
        r"Registered model alias \S+ not found",
        r"Invalid Model Version stage",
        r"must be an integer, got '[^']",
        r"Invalid path",
        r"Invalid attribute key",
    )
]
"""Texts of errors that clients, or people's scripts, look for. A group must be the same in both."""


def texts_agree(ours: str, genuine: str) -> bool:
    """Whether our error holds what may be matched in the genuine one."""
    for pattern in CLIENTS_MATCH:
        expected = pattern.search(genuine)
        if expected and not any(m.groups() == expected.groups() for m in pattern.finditer(ours)):
            return False
    return True
