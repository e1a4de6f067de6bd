"""The log of a job: every byte in its order, readable while it grows, and kept afterwards."""

import hashlib
import re
import time

import pytest
from tests.submitting import OVER

from lazward.client import jobs as client
from lazward.errors import InvalidRequest, NotFound
from lazward.wire.jobs import LOG, OLD_LOG


def test_both_streams_are_there_in_order(jobs):
    job = jobs.run("""
        import os, subprocess, sys
        for number in range(200):
            print("out", number)
            print("err", number, file=sys.stderr)
            if number % 50 == 0:
                subprocess.run(["echo", "child", str(number)])
                os.write(1, b"raw\\n")
    """)
    expected = []
    for number in range(200):
        expected += [f"out {number}", f"err {number}"]
        expected += [f"child {number}", "raw"] if number % 50 == 0 else []
    assert jobs.log(job.run_id).decode().splitlines() == expected


def test_it_holds_what_was_written_byte_for_byte(jobs, eventually):
    content = bytes(range(256)) * 3 + b"\0\0 \xff\xfe \xf0\x9f no newline at the end \xf0\x9f\xa6"
    job = jobs.run("import os, sys\nos.write(1, bytes.fromhex(sys.argv[1]))", content.hex())
    assert job.state == "Completed"
    assert jobs.log(job.run_id) == content
    eventually(lambda: LOG in jobs.artifacts(job.run_id))
    assert jobs.artifact(job.run_id, LOG) == content
    assert jobs.log(job.run_id) == content
    assert jobs.log(job.run_id, OLD_LOG) == content
    assert jobs.get(job.run_id).logs == [LOG]


def test_an_end_that_is_no_text_can_be_told_of(jobs):
    job = jobs.run("import os\nos.write(1, b'\\xff\\0 bad ' + bytes(range(256)))\nos._exit(5)")
    assert (job.state, job.error.exit_code) == ("Failed", 5), job.error
    assert "\ufffd bad" in job.error.log_tail
    assert job.attempt == 1


def test_twenty_megabytes(jobs, eventually):
    run_id = jobs.submit("""
        import hashlib, os, sys
        whole = hashlib.sha256()
        for number in range(21):
            piece = (b"%08d" % number + os.urandom(2**10)) * 1016
            whole.update(piece)
            sys.stdout.buffer.write(piece)
        open("outputs/sum", "w").write(whole.hexdigest())
    """)
    seen = b""
    while True:  # as somebody does who looks on
        over = jobs.get(run_id).state in OVER
        piece = client.read_log(jobs.at, run_id, LOG, len(seen))
        assert len(piece) <= 4 * 2**20
        seen += piece
        if over and not piece:
            break
    assert jobs.get(run_id).state == "Completed"
    assert len(seen) > 20 * 2**20
    expected = jobs.artifact(run_id, "outputs/sum").decode()
    assert hashlib.sha256(seen).hexdigest() == expected
    eventually(lambda: LOG in jobs.artifacts(run_id))
    assert hashlib.sha256(jobs.artifact(run_id, LOG)).hexdigest() == expected


def test_it_is_read_while_the_script_runs(jobs):
    run_id = jobs.submit("""
        import time
        for number in range(30):
            print(number, time.time(), flush=True)
            time.sleep(0.1)
    """)
    seen, late = b"", []
    while (state := jobs.get(run_id).state) not in OVER:
        piece = client.read_log(jobs.at, run_id, LOG, len(seen))
        seen += piece
        late += [time.time() - float(line.split()[1]) for line in piece.decode().splitlines()]
        time.sleep(0.05)
    assert state == "Completed"
    assert len(late) > 15, "most of it was there before the end"
    assert max(late) < 3
    rest = client.read_log(jobs.at, run_id, LOG, len(seen))
    lines = (seen + rest).decode().splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(30))
    for offset in (0, 5, len(seen + rest) - 1):
        assert client.read_log(jobs.at, run_id, OLD_LOG, offset) == (seen + rest)[offset:]
    assert client.read_log(jobs.at, run_id, LOG, 10**9) == b""


def test_nothing_is_missing_for_who_reads_while_it_becomes_an_artifact(jobs):
    run_id = jobs.submit("for number in range(100_000):\n    print(number)")
    whole = b"".join(b"%d\n" % number for number in range(100_000))
    jobs.wait(run_id)
    end = time.monotonic() + 5
    rounds = 0
    while time.monotonic() < end:
        assert jobs.log(run_id) == whole
        rounds += 1
    assert rounds > 10
    assert LOG in jobs.artifacts(run_id)


def test_a_script_that_prints_seldom_leaves_few_parts(jobs):
    run_id = jobs.submit(
        "import time\nfor number in range(40):\n    print(number, flush=True)\n    time.sleep(0.1)"
    )
    jobs.wait_for_log(run_id, "\n30\n")
    parts = list((jobs.server.home / "artifacts").rglob(f".logs/{run_id}/*/*"))
    assert len(parts) == 1, parts
    assert jobs.wait(run_id).state == "Completed"
    assert jobs.log(run_id).decode().split() == [str(number) for number in range(40)]


def test_a_script_that_prints_nothing_has_no_log(jobs):
    job = jobs.run("pass")
    assert jobs.log(job.run_id) == b""
    time.sleep(3.5)
    assert jobs.get(job.run_id).logs == []
    assert jobs.log(job.run_id) == b""
    assert jobs.artifacts(job.run_id) == []


def test_what_cannot_be_read_is_refused(jobs):
    job = jobs.run("print(1)")
    with pytest.raises(NotFound, match=re.escape(LOG)):
        client.read_log(jobs.at, job.run_id, "other.txt")
    with pytest.raises(NotFound, match="no job"):
        client.read_log(jobs.at, "0" * 32, LOG)
    with pytest.raises(InvalidRequest):
        client.read_log(jobs.at, job.run_id, LOG, -1)
