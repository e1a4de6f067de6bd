"""Authentication classes: all accepted, all leading to a token that the server knows us by.

Scripts make these objects for Azure's sake. Azure's own secrets are never sent to a Lazward server; what is
shown to it is the token saved for it, the one of a service account that stands where a service principal's
password stood, or the one that ``TokenAuthentication`` hands over.
"""

import contextlib
import time
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from azureml.core._failures import translated
from azureml.exceptions import AuthenticationException
from lazward.client import access, locate, tokens, uri
from lazward.client.address import ServerAddress
from lazward.errors import ConfigError, NotSupported, ServerUnreachable

_ASK_AGAIN = 3600
_OURS = "lzw_"
"""How tokens of a Lazward server begin."""


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
        """A token that opens the configured server, and when it expires.

        Raises:
            AuthenticationException: There is none, or the server does not accept it.
        """
        with translated():
            server = uri.server(locate.server())
            self.sign_in(server)
            credential = self.own_token() or tokens.credential_for(server)
            if credential is None:
                raise AuthenticationException(
                    f"No token for {server.url}; sign in with `lazward login --server {server.url}`."
                )
            lease = access.lease(server, credential)
        return AccessToken(lease.token, int(lease.expires_at or time.time() + _ASK_AGAIN))

    def own_token(self) -> str | None:
        """The token that the object itself brings, if it does."""
        return None

    def sign_in(self, server: ServerAddress) -> None:
        """Make what the object brings known, so that requests to this server show it."""
        if own := self.own_token():
            tokens.give(server, own)


class InteractiveLoginAuthentication(AbstractAuthentication):
    """Stands for a person at the keyboard, who signs in where there is no token yet.

    Args:
        force: Sign in even where there is one, once.
        tenant_id: Carried along.
        cloud: Accepted.
    """

    def __init__(self, force: bool = False, tenant_id: str | None = None, cloud: str | None = None) -> None:
        self.tenant_id = tenant_id
        self._force = force

    def sign_in(self, server: ServerAddress) -> None:
        """Ask the person, if need be; a script that nobody watches goes on with what there is.

        Raises:
            AuthenticationException: There is nothing, and nobody can be asked.
        """
        from lazward.client import login

        known = tokens.credential_for(server) is not None
        if known and not (self._force and login.can_ask()):
            return
        try:
            login.interactively(server)
        except ConfigError as error:
            raise AuthenticationException(error.message, inner_exception=error) from error
        self._force = False


class ServicePrincipalAuthentication(AbstractAuthentication):
    """Stands for a service account whose token is given as the password; Azure's own password stays here."""

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
        ours = service_principal_password.startswith(_OURS)
        self._token = service_principal_password if ours else None
        self._proven: set[str] = set()

    def own_token(self) -> str | None:
        """The service account's token."""
        return self._token

    def sign_in(self, server: ServerAddress) -> None:
        """Show the token to the server, which must accept it the first time."""
        super().sign_in(server)
        if self._token is not None and server.key not in self._proven:
            with contextlib.suppress(NotSupported, ServerUnreachable):
                access.prove(server, self._token)
                self._proven.add(server.key)


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


class AzureMLTokenAuthentication(AbstractAuthentication):
    """Stands for the token that a job is given; it is found in the job's environment."""

    @classmethod
    def create(cls, *_: Any, **_options: Any) -> "AzureMLTokenAuthentication":
        """The same for all that a job of Azure's would hand over, which stays here."""
        return cls()
