"""Programs on the server's own machine."""

import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from lazward.errors import Unavailable
from lazward_server.compute.commands import Here, Ran

HOSTILE = ["$(touch x)", "; touch x", "a b", "'", '"', "`touch x`", "\n", "ü", "*", "~", "-n", ""]


def test_words_arrive_as_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = Here().run([sys.executable, "-c", "import sys; print(sys.argv[1:])", *HOSTILE])
    assert ran == Ran(0, f"{HOSTILE}\n".encode(), b"")
    assert list(tmp_path.iterdir()) == []


def test_it_reads_and_tells_how_it_ended():
    text = (
        "import sys as s; s.stderr.write('  two\\nlines '); s.stdout.write(s.stdin.read()[::-1]); s.exit(3)"
    )
    ran = Here().run([sys.executable, "-c", text], b"abc" * 100_000)
    assert (ran.exit_code, ran.stdout, ran.complaint) == (3, b"cba" * 100_000, "two lines")


def test_only_the_variables_that_are_given():
    assert Here({"A": "b"}).run(["/usr/bin/env"]).stdout == b"A=b\n"
    assert f"PATH={os.environ['PATH']}\n".encode() in Here().run(["/usr/bin/env"]).stdout


@pytest.mark.parametrize(
    ("word", "told"), [("/no/such", "No such file"), ("a\0b", "null byte"), ("/", "Permission denied")]
)
def test_what_cannot_be_run(word, told):
    with pytest.raises(Unavailable, match=told):
        Here().run([word])


def test_what_takes_too_long_is_ended_with_its_children(tmp_path: Path):
    mark = tmp_path / "pids"
    text = f"sleep 300 & echo $! $$ > {mark}; wait"
    with pytest.raises(Unavailable, match=r"'/bin/sh' .* did not end within 1 seconds"):
        Here().run(["/bin/sh", "-c", text], seconds=1)
    end = time.monotonic() + 20
    while any(_lives(int(one)) for one in mark.read_text().split()):
        assert time.monotonic() < end, "it was left"


def _lives(number: int) -> bool:
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
