"""How MLflow's requests reach our server: the http address, the token of that server, TLS as configured."""

import os
from typing import Any

from mlflow.utils import rest_utils
from mlflow.utils.rest_utils import MlflowHostCreds

from lazward.client import uri
from lazward.client.tokens import token_for

_rest: Any = rest_utils  # its functions carry no types


def host_creds(url: str) -> MlflowHostCreds:
    """Where a request goes and what it shows there; asked anew for each request, as tokens are renewed."""
    env = os.environ.get
    return MlflowHostCreds(
        host=url,
        token=token_for(uri.server(url)),
        ignore_tls_verification=env("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in ("true", "1"),
        client_cert_path=env("MLFLOW_TRACKING_CLIENT_CERT_PATH"),
        server_cert_path=env("MLFLOW_TRACKING_SERVER_CERT_PATH"),
    )


def send(url: str, method: str, path: str, **request: Any) -> Any:
    """Send a request the way MLflow does, with its retries and time limits; returns ``requests``' response.

    Raises:
        requests.HTTPError: The server refused, as MLflow's own repositories report it.
    """
    response = _rest.http_request(host_creds(url), path, method, **request)
    _rest.augmented_raise_for_status(response)
    return response
