"""Random operations get the same answers from our server and from a genuine one.

LAZWARD_DIFFERENTIAL_SEED=N       repeat what a failure has printed
LAZWARD_DIFFERENCES=FILE          collect all differences instead of stopping at the first
"""

import os
import random
from pathlib import Path

import allowed
import pytest
from artifacts import Artifacts
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from logged_models import LoggedModels
from registry import Registry
from tracking import Tracking

pytestmark = [pytest.mark.xdist_group("genuine"), pytest.mark.timeout(300)]

MACHINES = [Tracking, Registry, LoggedModels, Artifacts]
FEW = settings(max_examples=8, stateful_step_count=30, phases=[Phase.generate])
MANY = settings(max_examples=150, stateful_step_count=50, phases=[Phase.generate, Phase.shrink])
COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck), "print_blob": False}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.__name__.lower())
def test_same_answers(pair, machine):
    compare(pair, machine, settings(FEW, **COMMON), 1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.__name__.lower())
def test_same_answers_for_long(pair, machine):
    compare(pair, machine, settings(MANY, **COMMON), random.randrange(10**9))


def compare(pair, machine, bounds: settings, number: int) -> None:
    """Run the machine; a failure tells the seed that repeats it."""
    number = int(os.environ.get("LAZWARD_DIFFERENTIAL_SEED") or number)
    target = os.environ.get("LAZWARD_DIFFERENCES")
    pair.differences = [] if target else None
    print(f"seed {number}")
    try:
        run_state_machine_as_test(
            seed(number)(type(machine.__name__, (machine,), {"pair": pair})), settings=bounds
        )
    except AssertionError as error:
        error.add_note(f"LAZWARD_DIFFERENTIAL_SEED={number} repeats this")
        raise
    finally:
        print("differences that are allowed:", dict(allowed.USED))
        if target:
            with Path(target).open("a") as collected:
                collected.writelines(f"{one}\n\n" for one in pair.differences)
