"""Every field of every endpoint, spoilt in every way, is refused as by a genuine server, or better.

LAZWARD_DIFFERENTIAL=all          the slow test tries all cases, which takes a quarter of an hour
LAZWARD_DIFFERENTIAL_SEED=N       it repeats what a failure has printed
LAZWARD_DIFFERENCES=FILE          collects the differences
"""

import os
import random
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import allowed
import pytest
from endpoints import Bench, Request, everything
from faults import Fault, faults

pytestmark = [pytest.mark.xdist_group("genuine"), pytest.mark.timeout(300)]

NOBODY = SimpleNamespace(name="n", experiment="1", run="2", model="3")
CASES = [(row, n) for row, request in enumerate(everything(NOBODY, "f")) for n in range(len(faults(request)))]
"""Which request, and which of its faults."""
SOME, MANY = 120, 2000


def test_right_requests_get_the_same_answers(pair):
    compare(pair, [(row, None) for row in range(len(everything(NOBODY, "f")))])


def test_some_bad_requests_get_the_same_answers(pair):
    compare(pair, sorted(random.Random(1).sample(CASES, SOME)))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_bad_requests_get_the_same_answers(pair):
    number = seed(random.randrange(10**9))
    everything_asked = os.environ.get("LAZWARD_DIFFERENTIAL") == "all"
    compare(pair, CASES if everything_asked else sorted(random.Random(number).sample(CASES, MANY)))


def seed(number: int) -> int:
    """The seed to use, printed so that a failure can be repeated."""
    number = int(os.environ.get("LAZWARD_DIFFERENTIAL_SEED") or number)
    print(f"LAZWARD_DIFFERENTIAL_SEED={number} repeats this")
    return number


def compare(pair, cases: Iterable[tuple[int, int | None]]) -> None:
    """Ask both servers; all differences of the cases are told together."""
    pair.differences, bench = [], None
    for row, number in cases:
        bench = bench or Bench(pair)
        request = everything(bench, pair.unique("fresh"))[row]
        fault = Fault("none", "", None, request.fields) if number is None else faults(request)[number]
        answer = ask(pair, request, fault)
        assert number is not None or answer.ok, str(answer)
        if not request.reads and 200 in (answer.ours.status, answer.genuine.status):
            bench = None  # it may be gone, or another on each side
    different, pair.differences = pair.differences, None
    print(len(different), "differ; allowed:", dict(allowed.USED))
    if target := os.environ.get("LAZWARD_DIFFERENCES"):
        with Path(target).open("a") as collected:
            collected.writelines(f"{one}\n\n" for one in different)
    else:
        assert not different, "\n\n".join(map(str, different))


def ask(pair, request: Request, fault: Fault):
    """Send the request, spoilt."""
    if request.method == "GET":
        return pair.ask("GET", request.path, query=fault.body, wrong=fault)
    return pair.ask(request.method, request.path, fault.body, wrong=fault, **fault.headers)
