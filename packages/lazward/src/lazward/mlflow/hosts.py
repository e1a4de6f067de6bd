"""How MLflow's requests reach our server: the http address, the token of that server, TLS as configured."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

from mlflow.exceptions import RestException
from mlflow.utils import rest_utils
from mlflow.utils.rest_utils import MlflowHostCreds

from lazward.client import trust, uri
from lazward.client.tokens import refused, token_for
from lazward.client.uri import WorkspaceUri

Store = TypeVar("Store")

_UNAUTHORIZED = 401
_rest: Any = rest_utils  # its functions carry no types


def host_creds(url: str) -> MlflowHostCreds:
    """Where a request goes and what it shows there; asked anew for each request, as tokens are renewed.

    Raises:
        ServerUnreachable: The server's certificate is not believed; see ``lazward.client.trust``.
    """
    env = os.environ.get
    server = uri.server(url)
    unchecked = trust.unchecked()
    trust.check(server)
    return MlflowHostCreds(
        host=url,
        token=token_for(server),
        ignore_tls_verification=unchecked,
        client_cert_path=env("MLFLOW_TRACKING_CLIENT_CERT_PATH"),
        server_cert_path=None if unchecked else trust.bundle(server),
    )


def resolved(where: WorkspaceUri) -> WorkspaceUri:
    """The workspace; where the address names none, what MLflow's own workspaces say."""
    if where.workspace is None and (name := _current_workspace()):
        return WorkspaceUri(where.server, name)
    return where


def send(url: str, method: str, path: str, **request: Any) -> Any:
    """Send a request the way MLflow does, with its retries and time limits; returns ``requests``' response.

    Raises:
        requests.HTTPError: The server refused, as MLflow's own repositories report it.
    """
    creds: Any = host_creds(url)
    response = _rest.http_request(creds, path, method, **request)
    if response.status_code == _UNAUTHORIZED and _another(url, creds.token):
        _rewind(request.get("data"))
        response = _rest.http_request(host_creds(url), path, method, **request)
    _rest.augmented_raise_for_status(response)
    return response


def renewing(store: Store, url: str) -> Store:
    """The store, which tries once more with another token when the one it showed is refused."""
    inner: Any = store
    inner._call_endpoint = _retried(inner._call_endpoint, url)  # noqa: SLF001 - where all its requests pass
    return store


def _retried(call: Callable[..., Any], url: str) -> Callable[..., Any]:
    def retried(*args: Any, **named: Any) -> Any:
        shown = token_for(uri.server(url))
        try:
            return call(*args, **named)
        except RestException as error:
            told: Any = error
            if told.json.get("error_code") != "UNAUTHENTICATED" or not _another(url, shown):
                raise
        return call(*args, **named)

    return retried


def _another(url: str, token: str | None) -> bool:
    return token is not None and refused(uri.server(url), token)


def _forget_sessions() -> None:
    """Give a forked child connections of its own.

    Old versions of MLflow (1.30 and 2.0 among them) keep their sessions over a fork, so that parent and
    child would read each other's answers.
    """
    forget = getattr(getattr(_rest, "_get_request_session", None), "cache_clear", None)
    if forget is not None:
        forget()


def _rewind(content: Any) -> None:
    """Let a file be sent again from its beginning."""
    if hasattr(content, "seek"):
        content.seek(0)


def _current_workspace() -> str | None:
    try:
        from mlflow.utils.workspace_context import get_request_workspace
    except ImportError:  # before MLflow 3.10
        return None
    return get_request_workspace()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_sessions)
