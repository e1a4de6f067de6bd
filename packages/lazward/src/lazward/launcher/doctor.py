"""What a launcher finds on a node on its way to the server; prints one finding a line, as JSON."""

import os
import socket
import sys

import httpx

from lazward.client import tokens, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.environment.redact import redacted
from lazward.errors import LazwardError
from lazward.wire.base import encode
from lazward.wire.doctor import OK, PROBLEM, WARNING, Finding

_SERVER, _INDEX = "server", "packages"
_INDEXES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
_PYPI = "https://pypi.org/simple/pip/"
_SECONDS = 10.0
_WITHOUT = (
    "Jobs that bring packages need one: name it with UV_DEFAULT_INDEX and PIP_INDEX_URL in the variables of"
    " the target, unless pip's own configuration there does, which is not looked at here."
)


def look(server_url: str) -> list[Finding]:
    """Ask the server whether it is there, in the way in which a launcher does."""
    try:
        at = Connection(WorkspaceUri(uri.server(server_url), None), tokens.nothing)
        answer = at.once("GET", "/health")
    except LazwardError as error:
        return [Finding(_SERVER, PROBLEM, error.message)]
    except (httpx.HTTPError, OSError) as error:
        return [Finding(_SERVER, PROBLEM, _unreachable(server_url, error))]
    if not answer.is_success or answer.text != "OK":
        return [Finding(_SERVER, PROBLEM, _odd(server_url, answer))]
    return [Finding(_SERVER, OK, f"{server_url} answers {socket.gethostname()}.")]


def index() -> Finding:
    """Whether the package index answers, as far as the environment names it."""
    url = next(filter(None, map(os.environ.get, _INDEXES)), _PYPI)
    shown = redacted(url)
    try:
        answer = httpx.get(url, timeout=_SECONDS, follow_redirects=True, headers={"Range": "bytes=0-0"})
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Finding(
            _INDEX, WARNING, f"The package index {shown} does not answer: {redacted(str(error))}. {_WITHOUT}"
        )
    if answer.is_error:
        return Finding(_INDEX, WARNING, f"The package index {shown} answers {answer.status_code}. {_WITHOUT}")
    return Finding(_INDEX, OK, f"The package index {shown} answers.")


def _unreachable(server_url: str, error: Exception) -> str:
    if "CERTIFICATE" in str(error).upper():
        return (
            f"The certificate of {server_url} is not believed there: {error}. Put the authority's PEM file on"
            " the node and name it with the variable LAZWARD_CA_BUNDLE in the target's settings."
        )
    proxy = next((os.environ[name] for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name)), "")
    through = f" (through the proxy {proxy.rpartition('@')[2]})" if proxy else ""
    why = error or type(error).__name__
    return (
        f"{server_url} cannot be reached from there{through}: {why}. Give the target the address at which its"
        " nodes reach this server, as server_url, and start the server so that it listens there (--host)."
    )


def _odd(server_url: str, answer: httpx.Response) -> str:
    return (
        f"{server_url} answers with {answer.status_code}: {answer.text[:200]!r}. Something else is there, or"
        " the server does not know that name: start it with --allowed-host NAME."
    )


if __name__ == "__main__":
    for finding in [*look(sys.argv[1]), index()]:
        sys.stdout.write(encode(finding).decode() + "\n")
