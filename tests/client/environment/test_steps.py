"""Programs that build, and their words."""

import os
import sys

import pytest

from lazward.environment import steps
from lazward.errors import EnvironmentUnavailable


def test_every_line_is_passed_on(said):
    steps.run([sys.executable, "-c", "import sys; print('a'); print('b', file=sys.stderr)"], said.append)
    assert sorted(said) == ["a", "b"]


def test_the_last_lines_of_one_that_fails(said):
    code = "import sys; [print(n) for n in range(40)]; sys.exit(3)"
    with pytest.raises(EnvironmentUnavailable) as caught:
        steps.run([sys.executable, "-c", code], said.append)
    assert str(caught.value).splitlines() == ["The environment could not be built:", *map(str, range(25, 40))]
    assert len(said) == 40


def test_variables_are_added(said):
    code = "import os; print(os.environ['LZ_X'], len(os.environ.get('PATH', '')))"
    steps.run([sys.executable, "-c", code], said.append, {"LZ_X": "1"})
    assert said == [f"1 {len(os.environ['PATH'])}"]


def test_one_that_is_not_there(said):
    with pytest.raises(EnvironmentUnavailable, match="/no/such cannot be run: No such file"):
        steps.run(["/no/such", "x"], said.append)


def test_odd_bytes_and_questions_do_no_harm(said):
    code = "import sys; sys.stdout.buffer.write(b'\\xff\\n'); print(repr(sys.stdin.read()))"
    steps.run([sys.executable, "-c", code], said.append)
    assert said == ["\ufffd", "''"]
