"""The HTTP client that a server is spoken to with, and the errors that its answers carry."""

import httpx
import msgspec

from lazward import __version__, errors
from lazward.client import trust
from lazward.client.address import ServerAddress
from lazward.errors import LazwardError, ServerUnreachable, Unavailable

_BUSY = 503
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)


class _Problem(msgspec.Struct):
    error_code: str
    message: str = ""


def client(server: ServerAddress, timeout: httpx.Timeout = _TIMEOUT) -> httpx.Client:
    """A client for requests to this server."""
    # A proxy from the environment knows nothing of servers on this machine.
    return httpx.Client(
        timeout=timeout,
        verify=trust.context(server) or True,
        trust_env=not server.local,
        headers={"User-Agent": f"lazward/{__version__}"},
    )


def error(response: httpx.Response) -> LazwardError:
    """What an answer that is no success reports."""
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.DecodeError:
        url = response.request.url
        kind = Unavailable if response.status_code == _BUSY else ServerUnreachable
        return kind(f"{url} did not answer as a Lazward server does (HTTP status {response.status_code}).")
    return errors.from_wire(problem.error_code, problem.message)
