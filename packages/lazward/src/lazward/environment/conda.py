"""Environments with conda packages."""

from pathlib import Path

from lazward.environment.plan import Plan
from lazward.environment.steps import Say
from lazward.errors import EnvironmentUnavailable


def build(plan: Plan, place: Path, say: Say) -> None:  # noqa: ARG001
    """Build an environment with conda packages."""
    raise EnvironmentUnavailable(
        "Conda packages are not installed yet: " + ", ".join(plan.conda) + ". Name them as pip packages."
    )
