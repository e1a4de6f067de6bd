"""Requests to one workspace: token, timeouts, retries, and errors as the tree of ``lazward.errors``."""

import random
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import httpx
import msgspec

from lazward import __version__, errors
from lazward.client import access, tokens, trust
from lazward.client.address import ServerAddress
from lazward.client.uri import WorkspaceUri
from lazward.errors import LazwardError, ServerUnreachable, Unauthenticated, Unavailable
from lazward.wire.base import Request, encode

T = TypeVar("T")
_Params = dict[str, Any] | None
_Content = bytes | Path | None
"""A message, or a file to be sent as it is."""

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_UNAUTHORIZED = 401
_PAUSES = (0.2, 0.4, 0.8)
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
API = "/api/2.0/mlflow/"
"""Where a workspace speaks MLflow's protocol."""
V1 = "/api/v1/"
"""Where a server speaks our own."""


class _Problem(msgspec.Struct):
    error_code: str
    message: str = ""


class Connection:
    """Sends requests to one workspace and shows its server's token, to nobody else.

    The token is looked up anew for each request, since a long script may outlive one.

    Args:
        where: The workspace.
        show: Finds the token: an access token, ``tokens.credential_for`` where that may not do it, or
            ``tokens.nothing``.
    """

    def __init__(
        self, where: WorkspaceUri, show: Callable[[ServerAddress], str | None] = tokens.token_for
    ) -> None:
        self.where = where
        self._show = show
        # A proxy from the environment knows nothing of servers on this machine.
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            verify=trust.context(where.server) or True,
            trust_env=not where.server.local,
            headers={"User-Agent": f"lazward/{__version__}"},
        )

    def get(self, path: str, answer: type[T], message: Request | None = None) -> T:
        """The answer to a GET whose parameters are the message's fields, without those that are None."""
        fields: dict[str, Any] = {} if message is None else msgspec.to_builtins(message)
        params = {name: value for name, value in fields.items() if value is not None}
        return _decode(self.send("GET", path, params=params), answer)

    def post(self, path: str, message: Request, answer: type[T]) -> T:
        """The answer to a POST of the message."""
        return _decode(self.send("POST", path, content=encode(message)), answer)

    def ask(self, method: str, path: str, answer: type[T], message: Request | None = None) -> T:
        """The answer to a request of any verb; the message, if there is one, is its body."""
        content = None if message is None else encode(message)
        return _decode(self.send(method, path, content=content), answer)

    def send(
        self, method: str, path: str, *, params: _Params = None, content: _Content = None, whole: bool = True
    ) -> httpx.Response:
        """The response to a request below the workspace's address; unless ``whole``, its body is yet to come.

        What surely changed nothing is tried again: any request that never reached the server, and the
        idempotent ones whenever the connection broke or the server was busy.

        Raises:
            ServerUnreachable: No connection, or an answer that is not a Lazward server's.
            LazwardError: What the server reports.
        """
        pauses = iter(_PAUSES)
        while True:
            try:
                return self._checked(self.once(method, path, params=params, content=content, whole=whole))
            except (httpx.TransportError, Unavailable) as error:
                self._refuse_certificate(error)
                pause = next(pauses, None)
                if pause is None or not _repeatable(method, error):
                    self._give_up(error)
            time.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311 - spreads retries, hides nothing

    @contextmanager
    def stream(self, path: str) -> Generator[httpx.Response]:
        """The response to a GET whose body is read piece by piece in the block.

        Raises:
            ServerUnreachable: As ``send`` does, or the connection broke in the middle.
            LazwardError: What the server reports.
        """
        response = self.send("GET", path, whole=False)
        try:
            yield response
        except httpx.TransportError as error:
            # Not tried again: only the block knows what to do with the pieces it has.
            url = self.where.server.url
            raise ServerUnreachable(
                f"The connection to {url} broke in the middle of an answer: {error}."
            ) from error
        finally:
            response.close()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def once(
        self, method: str, path: str, *, params: _Params = None, content: _Content = None, whole: bool = True
    ) -> httpx.Response:
        """The response to one attempt, whatever its status; with another token if the first is refused.

        Raises:
            httpx.HTTPError: There is none.
            ConfigError: The credentials cannot be read.
        """
        token = self._show(self.where.server)
        response = self._send(token, method, path, params, content, whole=whole)
        if response.status_code != _UNAUTHORIZED or token is None:
            return response
        access.drop(self.where.server, token)
        other = self._show(self.where.server)
        if other in (None, token):
            return response
        response.close()
        return self._send(other, method, path, params, content, whole=whole)

    def _send(
        self, token: str | None, method: str, path: str, params: _Params, content: _Content, *, whole: bool
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with ExitStack() as opened:
            body: Any = content
            if isinstance(content, Path):
                body = opened.enter_context(content.open("rb"))
                headers |= {"Content-Type": "application/octet-stream"}
            elif content is not None:
                headers["Content-Type"] = "application/json"
            request = self._client.build_request(
                method, self.where.http + path, params=params, content=body, headers=headers
            )
            return self._client.send(request, stream=not whole)

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        response.read()
        error = _error(response)
        if isinstance(error, Unauthenticated) and self._show is not tokens.nothing:
            raise Unauthenticated(self._how_to_get_in(error))
        raise error

    def _give_up(self, error: Exception) -> NoReturn:
        if isinstance(error, LazwardError):
            raise error
        why = f"{self.where.server.url} cannot be reached: {error}."
        if isinstance(error, httpx.RemoteProtocolError) and self.where.server.scheme == "http":
            why += f" If it serves TLS, its address is https://{self.where.server.netloc}."
        raise ServerUnreachable(why) from error

    def _refuse_certificate(self, error: Exception) -> None:
        """End at once what no second attempt mends."""
        if why := trust.explain(error, self.where.server):
            raise ServerUnreachable(why) from error

    def _how_to_get_in(self, error: LazwardError) -> str:
        url = self.where.server.url
        return (
            f"{url} does not let you in: {error.message} Sign in with `lazward login --server {url}`, or keep"
            f" a token here with `lazward token save --server {url}`; on the server's own machine,"
            f" `lazward token show --server {url}` prints one."
        )


def _repeatable(method: str, error: Exception) -> bool:
    return method in _IDEMPOTENT or isinstance(error, _NOT_SENT)


def _error(response: httpx.Response) -> LazwardError:
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.DecodeError:
        url = response.request.url
        kind = Unavailable if response.status_code == 503 else ServerUnreachable  # noqa: PLR2004
        return kind(f"{url} did not answer as a Lazward server does (HTTP status {response.status_code}).")
    return errors.from_wire(problem.error_code, problem.message)


def _decode(response: httpx.Response, answer: type[T]) -> T:
    try:
        return msgspec.json.decode(response.content, type=answer)
    except msgspec.DecodeError as error:
        raise ServerUnreachable(
            f"{response.request.url} did not answer as a Lazward server does: {error}."
        ) from None
