"""Why a request did not get through, and how long to wait before it is tried again."""

import random
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpx
import msgspec

from lazward import errors
from lazward.errors import EndpointNotFound, LazwardError

_FIRST = 0.25
_LONGEST = 15.0
_LONGEST_ASKED = 300.0
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504, 507})
_SHUT_OUT = frozenset({401, 403})


class Refused(Exception):
    """The server will not take it, however often it is sent."""

    def __init__(self, error: LazwardError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass
class Trouble:
    """Why nothing gets through.

    Attributes:
        text: What happened, for the user.
        shut_out: The server answers, and does not let this user in.
        asked: Seconds the server asks to wait.
        since: When it began, on the monotonic clock.
        tries: How often in a row nothing got through.
    """

    text: str
    shut_out: bool = False
    asked: float = 0.0
    since: float = field(default_factory=time.monotonic)
    tries: int = 1

    def after(self, earlier: "Trouble | None") -> "Trouble":
        """The same as part of what began earlier."""
        if earlier is not None:
            self.since, self.tries = earlier.since, earlier.tries + 1
        return self

    @property
    def pause(self) -> float:
        """Seconds to wait: longer each time, and spread, so that many clients do not come back at once."""
        wait = min(_FIRST * 2 ** min(self.tries - 1, 10), _LONGEST) * random.uniform(0.5, 1.0)  # noqa: S311
        return max(wait, min(self.asked, _LONGEST_ASKED))


class _Problem(msgspec.Struct):
    error_code: str
    message: str = ""


def of(response: httpx.Response) -> Trouble | None:
    """What stands in the way after this answer; None if it is a success.

    Raises:
        Refused: The request is wrong, and would be the next time.
    """
    if response.is_success:
        return None
    error = _error(response)
    text = error.message if error else f"it answered with HTTP status {response.status_code}"
    if response.status_code in _SHUT_OUT:
        return Trouble(text, shut_out=True)
    if response.status_code in _LATER or error is None or isinstance(error, EndpointNotFound):
        return Trouble(text, asked=_retry_after(response.headers.get("Retry-After", "")))
    raise Refused(error)


def _error(response: httpx.Response) -> LazwardError | None:
    """The error that a server of this protocol reports; None if it was something in between."""
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.DecodeError:
        return None
    return errors.from_wire(problem.error_code, problem.message)


def _retry_after(text: str) -> float:
    """Seconds that the header asks for, given as such or as a date."""
    try:
        if text.strip().isdigit():
            return float(text)
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return 0.0
