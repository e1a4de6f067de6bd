"""Authentication classes: all accepted, all leading to the one token that the server knows us by.

Scripts make these objects for Azure's sake. Azure's own secrets are never sent to a Lazward server; what is
shown to it is the token saved for it, or the one that ``TokenAuthentication`` hands over.
"""

import time
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from azureml.core._failures import translated
from azureml.exceptions import AuthenticationException
from lazward.client import locate, tokens, uri

_ASK_AGAIN = 3600


class Audience(Enum):
    """Whom a token is for; the older spelling in lower case is the same."""

    ARM = "ARM"
    AZUREML = "AZUREML"
    arm = ARM
    aml = AZUREML


class AccessToken(NamedTuple):
    """A token and the time, in seconds since the epoch, by which to ask for it again."""

    token: str
    expires_on: int


class AbstractAuthentication:
    """What all of them can do."""

    def get_authentication_header(self) -> dict[str, str]:
        """The header that opens the configured server."""
        return {"Authorization": f"Bearer {self.get_token().token}"}

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """The token that opens the configured server."""
        with translated():
            server = uri.server(locate.server())
            token = self.own_token() or tokens.token_for(server)
        if token is None:
            raise AuthenticationException(
                f"No token for {server.url}; keep one with `lazward token save --server {server.url}`."
            )
        return AccessToken(token, int(time.time()) + _ASK_AGAIN)

    def own_token(self) -> str | None:
        """The token that the object itself brings, if it does."""
        return None


class InteractiveLoginAuthentication(AbstractAuthentication):
    """Stands for a person at the keyboard; nothing is asked."""

    def __init__(self, force: bool = False, tenant_id: str | None = None, cloud: str | None = None) -> None:
        self.tenant_id = tenant_id


class ServicePrincipalAuthentication(AbstractAuthentication):
    """Stands for a service principal; its password stays here."""

    def __init__(
        self,
        tenant_id: str,
        service_principal_id: str,
        service_principal_password: str,
        cloud: str = "AzureCloud",
        _enable_caching: bool = True,
    ) -> None:
        self.tenant_id = tenant_id
        self.service_principal_id = service_principal_id


class AzureCliAuthentication(AbstractAuthentication):
    """Stands for whoever is logged in to the Azure CLI; it is not asked."""

    def __init__(self, cloud: str | None = None) -> None:
        pass


class MsiAuthentication(AbstractAuthentication):
    """Stands for the machine's identity."""

    def __init__(self, cloud: str | None = None) -> None:
        pass


class ArmTokenAuthentication(AbstractAuthentication):
    """Stands for a token of Azure's, which stays here."""

    def __init__(self, arm_access_token: str, cloud: str | None = None) -> None:
        pass

    def update_arm_access_token(self, new_arm_access_token: str) -> None:
        """Accepted; there is nothing to renew."""


class TokenAuthentication(AbstractAuthentication):
    """Brings a token of its own, fetched whenever one is needed."""

    def __init__(self, get_token_for_audience: Callable[[Any], str], cloud: str | None = None) -> None:
        self._get_token_for_audience = get_token_for_audience

    def own_token(self) -> str | None:
        """What the caller's function gives."""
        return self._get_token_for_audience(Audience.AZUREML)
