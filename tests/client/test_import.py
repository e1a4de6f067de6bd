import subprocess
import sys

import pytest

HEAVY = {"mlflow", "numpy", "pandas", "httpx", "requests", "typer", "rich", "sqlalchemy", "lazward_server"}


def imported(statement):
    """The modules that a fresh interpreter loads for a statement, and the microseconds it takes."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement], capture_output=True, text=True, check=True
    )
    rows = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines() if "|" in line]
    return {row[2].strip(): int(row[1]) for row in rows if row[1].strip().isdigit()}


@pytest.mark.parametrize(
    "module",
    [
        "lazward",
        "lazward.errors",
        "lazward.client.credentials",
        "lazward.client.locate",
        "lazward.wire.runs",
        "lazward.spool.process",
        "lazward.spool.settings",
        "lazward.mlflow.hooks",
    ],
)
def test_the_client_loads_nothing_heavy(module):
    loaded = {name.partition(".")[0] for name in imported(f"import {module}")}
    assert not loaded & HEAVY


def test_the_import_stays_far_below_a_third_of_a_second():
    assert imported("import lazward")["lazward"] < 300_000
