"""Heads of requests seen before: a client sends the same one again and again, and need not be parsed again.

What a head asks for depends on nothing but its bytes. Whether the caller may have it is asked each time.
"""

from typing import NamedTuple

from lazward_server.http.call import Call

_END = b"\r\n\r\n"
_MOST = 4096
_LONGEST_HEAD = 4096
_LONGEST_BODY = 4096
"""Bytes; the lengths of longer bodies vary too much to come again."""


class Whole(NamedTuple):
    """A request that came in one piece."""

    call: Call
    body: bytes


class Heads:
    """What heads asked for, by their bytes."""

    def __init__(self) -> None:
        self._known: dict[bytes, Call] = {}

    def recall(self, data: bytes) -> Whole | None:
        """The request, if ``data`` is exactly one and its head is known."""
        end = data.find(_END) + len(_END)
        call = self._known.get(data[:end])
        if call is None or call.length != len(data) - end:
            return None
        return Whole(call, data[end:])

    def learn(self, data: bytes, call: Call) -> None:
        """Remember the head of a request, found by the parser to be all that is in ``data``."""
        end = data.find(_END) + len(_END)
        # Where the parser saw the head end elsewhere than at the first empty line, the lengths disagree.
        if call.length != len(data) - end or end > _LONGEST_HEAD or call.length > _LONGEST_BODY:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[data[:end]] = call
