"""Jobs of one machine are kept to processors of their own."""

import os
import subprocess
import sys

import pytest

from lazward.launcher.cores import lent

ALL = os.sched_getaffinity(0)

needs_two = pytest.mark.skipif(len(ALL) < 2, reason="one processor cannot be shared out")

HOLDER = """
import pathlib, sys
from lazward.launcher.cores import lent
with lent(int(sys.argv[1]), pathlib.Path(sys.argv[2])) as found:
    print(sorted(found), flush=True)
    sys.stdin.read()
"""


@needs_two
def test_two_have_none_in_common(tmp_path):
    with lent(1, tmp_path / "cores") as one, lent(1, tmp_path / "cores") as other:
        assert one
        assert other
        assert len(one) == len(other) == 1
        assert not one & other
        assert one | other <= ALL


@needs_two
def test_where_too_few_are_free_one_is_kept_to_none(tmp_path):
    most = len(ALL) - 1
    with lent(most, tmp_path) as one:
        assert len(one or ()) == most
        if most > 1:
            with lent(2, tmp_path) as other:
                assert other is None
            with lent(1, tmp_path) as last:
                assert last == ALL - (one or set()), "what the other did not get is free for the next"
        with lent(1, tmp_path), lent(1, tmp_path) as other:
            assert other is None


@pytest.mark.parametrize("count", [None, len(ALL), len(ALL) + 1])
def test_who_may_use_all_is_kept_to_none(tmp_path, count):
    with lent(count, tmp_path / "cores") as found:
        assert found is None
    assert not (tmp_path / "cores").exists()


@needs_two
def test_a_killed_launcher_has_none(tmp_path):
    words = [sys.executable, "-c", HOLDER, str(len(ALL) - 1), str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline().startswith("[")
        with lent(1, tmp_path), lent(1, tmp_path) as found:
            assert found is None
        holder.kill()
    with lent(1, tmp_path) as one, lent(1, tmp_path) as other:
        assert one != other is not None


SHOW = """
    import os, pathlib, time
    print(*os.sched_getaffinity(0), flush=True)
    time.sleep(60)
"""


@needs_two
def test_two_jobs_at_once(jobs):
    jobs.cluster(2, "ones", size="STANDARD_D1_V2")
    runs = [jobs.submit(SHOW, compute="ones") for _ in range(2)]
    try:
        found = [jobs.wait_for_log(run_id, "\n").split() for run_id in runs]
    finally:
        from lazward.client import jobs as client

        for run_id in runs:
            client.cancel(jobs.at, run_id)
    for run_id in runs:
        jobs.wait(run_id)
    assert [len(one) for one in found] == [1, 1]
    assert found[0] != found[1]
