"""A full disk on the node fails the job in words, and not the next one."""

import os
import shutil
import subprocess

import pytest
from tests.submitting import Submitter

MB = 2**20


@pytest.fixture
def small(start_server, tmp_path):
    """A server whose jobs have a disk of 16 MB, and that disk."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    server = start_server()
    work = server.home / "jobs" / "work"
    work.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", work], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield Submitter(server, tmp_path).cluster(), work
    subprocess.run(["umount", "-l", work], check=True)


def test_files_that_do_not_fit(small):
    jobs, _work = small
    job = jobs.run("print('never')", files={"large": os.urandom(20 * MB)})
    assert (job.state, job.error.code, job.attempt) == ("Failed", "DiskFull", 1)
    assert "no room" in job.error.message
    assert jobs.run("print('runs')").state == "Completed", "nothing of it is left"


def test_a_script_that_fills_the_disk_hears_of_it_and_its_results_are_kept(small):
    jobs, work = small
    job = jobs.run("""
        import sys
        open("outputs/result", "w").write("early")
        print("begun", flush=True)
        with open("filling", "wb") as file:
            while True:
                file.write(bytes(65536))
    """)
    assert (job.state, job.error.code, job.error.exit_code) == ("Failed", "ExitCode", 1)
    assert jobs.artifact(job.run_id, "outputs/result") == b"early"
    assert jobs.log(job.run_id).startswith(b"begun\n")
    assert not list((work / "lazward-jobs").iterdir())
    assert jobs.run("print('runs')").state == "Completed"


def test_a_disk_that_is_full_before_the_job_begins(small):
    jobs, work = small
    ballast = work / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
        os.posix_fallocate(file.fileno(), 0, 17 * MB)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(work).free)
    job = jobs.run("print('x' * 100_000)", files={"some": os.urandom(MB)})
    assert (job.state, job.error.code) == ("Failed", "DiskFull"), job.error
    ballast.unlink()
    assert jobs.run("print('runs')").state == "Completed"


def test_what_a_killed_launcher_left_makes_room_for_the_next(small):
    jobs, work = small
    left = work / "lazward-jobs" / "left-1"
    left.mkdir(parents=True)
    (work / "lazward-jobs" / "left-1.lock").touch()
    (left / "large").write_bytes(bytes(15 * MB))
    job = jobs.run("print('runs')", files={"some": os.urandom(4 * MB)})
    assert job.state == "Completed", job.error
