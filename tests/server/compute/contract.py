"""What every engine does, written once for the seam and run on each engine (``test_engines.py``).

An engine's own tests say in a ``Rig`` how its launchers are made to end.
"""

import abc
import secrets
import time

import pytest

from lazward.errors import Unavailable
from lazward_server.compute.engine import Launch, Presence

SENSELESS = [
    "", " ", "x", "1", "1 x", "x 1", "-1 0", "0 0", "999999999 0", f"{10**40} 0", "1 nan", "1 inf", "1 2 3",
    "\u0661 1", "a" * 10_000, "<b>", "\0", "1\n1",
]  # fmt: skip
"""Handles that no engine gave, such as a damaged database or another kind of engine may hold."""


class Rig(abc.ABC):
    """An engine with launchers that do as the test says.

    Attributes:
        engine: The engine.
    """

    def launch(self, run_id=None, attempt=1, **variables):
        """Start a launcher; its handle."""
        return self.engine.submit(Launch(run_id or secrets.token_hex(16), attempt, variables))

    @abc.abstractmethod
    def finish(self, handle):
        """Let a launcher come to its end by itself."""

    @abc.abstractmethod
    def lose(self, handle):
        """Kill a launcher behind the engine's back."""

    @abc.abstractmethod
    def restart(self):
        """The server is started anew: its engine knows nothing but the handles."""

    @abc.abstractmethod
    def obstruct(self):
        """Make it impossible to start anything."""

    def presence(self, handle):
        return self.engine.poll([handle])[handle]

    def until_gone(self, handle):
        end = time.monotonic() + 20
        while self.presence(handle) is not Presence.GONE:
            assert time.monotonic() < end, "it is still there"
            time.sleep(0.02)


class Contract:
    """The tests. A subclass has a fixture ``rig``."""

    def test_a_launcher_is_there_until_it_ends(self, rig):
        handle = rig.launch()
        assert rig.presence(handle) is Presence.THERE
        time.sleep(0.2)
        assert rig.presence(handle) is Presence.THERE
        rig.finish(handle)
        rig.until_gone(handle)

    def test_one_that_was_killed_is_gone(self, rig):
        handle = rig.launch()
        rig.lose(handle)
        rig.until_gone(handle)
        rig.engine.cancel(handle)

    def test_a_cancelled_one_is_gone_at_once_and_may_be_cancelled_again(self, rig):
        handle, other = rig.launch(), rig.launch()
        for _ in range(3):
            rig.engine.cancel(handle)
            rig.until_gone(handle)
        assert rig.presence(other) is Presence.THERE

    def test_cancelling_one_that_has_ended_is_no_error(self, rig):
        handle = rig.launch()
        rig.finish(handle)
        rig.until_gone(handle)
        rig.engine.cancel(handle)

    def test_each_start_has_a_handle_of_its_own(self, rig):
        run_id = secrets.token_hex(16)
        first, second, other = rig.launch(run_id, 1), rig.launch(run_id, 2), rig.launch()
        assert len({first, second, other}) == 3
        rig.engine.cancel(first)
        rig.until_gone(first)
        assert rig.presence(second) is Presence.THERE

    def test_many_are_asked_after_at_once(self, rig):
        handles = [rig.launch() for _ in range(3)]
        rig.lose(handles[1])
        rig.until_gone(handles[1])
        there = rig.engine.poll(handles)
        assert [there[one] for one in handles] == [Presence.THERE, Presence.GONE, Presence.THERE]
        assert rig.engine.poll([]) == {}

    def test_a_handle_is_a_short_text_without_line_breaks(self, rig):
        handle = rig.launch()
        assert isinstance(handle, str)
        assert 0 < len(handle) < 200
        assert handle.isprintable()

    def test_a_server_that_is_started_anew_knows_its_launchers(self, rig):
        handle, other = rig.launch(), rig.launch()
        rig.restart()
        assert rig.presence(handle) is Presence.THERE
        rig.lose(other)
        rig.until_gone(other)
        rig.engine.cancel(handle)
        rig.until_gone(handle)

    @pytest.mark.parametrize("handle", SENSELESS)
    def test_a_handle_that_makes_no_sense_is_gone_and_harms_nobody(self, rig, handle):
        other = rig.launch()
        there = rig.engine.poll([handle, other])
        assert there[handle] is not Presence.THERE
        rig.engine.cancel(handle)
        assert rig.presence(other) is Presence.THERE

    def test_what_cannot_be_started_is_refused_and_leaves_nothing(self, rig):
        handle = rig.launch()
        rig.obstruct()
        with pytest.raises(Unavailable, match=r"\w"):
            rig.launch()
        assert rig.presence(handle) is Presence.THERE
