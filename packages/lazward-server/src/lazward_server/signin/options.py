"""The provider's settings, from what the command line and the environment say."""

import os
from collections.abc import Sequence
from pathlib import Path

from lazward.client import address
from lazward.errors import ConfigError, LazwardError
from lazward_server.auth import roles
from lazward_server.settings import GroupRole, OidcSettings

SECRET = "LAZWARD_OIDC_CLIENT_SECRET"  # noqa: S105 - the variable's name
"""The environment variable that may hold the client's secret."""


def provider(
    issuer: str,
    client_id: str,
    secret_file: Path | None,
    scopes: str,
    name_claim: str,
    create_users: bool,
    groups_claim: str,
    groups: Sequence[str],
) -> OidcSettings | None:
    """The settings, or None where no issuer is named.

    Raises:
        ConfigError: They make no sense; with what to do.
    """
    if not issuer:
        if client_id or secret_file or groups:
            raise ConfigError("--oidc-issuer is missing: the other --oidc options belong to a provider.")
        return None
    if not client_id:
        raise ConfigError("--oidc-client-id is missing: it is what the provider calls this server.")
    _check_issuer(issuer)
    if "openid" not in scopes.split():
        raise ConfigError("--oidc-scopes must hold 'openid'.")
    return OidcSettings(
        issuer.rstrip("/"),
        client_id,
        _secret(secret_file),
        scopes,
        name_claim,
        create_users,
        groups_claim,
        tuple(map(_group, groups)),
    )


def _check_issuer(issuer: str) -> None:
    try:
        server = address.parse(issuer)
    except ConfigError as error:
        raise ConfigError(f"--oidc-issuer: {error}") from error
    if server.scheme != "https" and not server.local:
        raise ConfigError("--oidc-issuer must begin with https://: what it says lets people in.")


def _secret(file: Path | None) -> str:
    if file is None:
        return os.environ.get(SECRET, "")
    try:
        secret = file.expanduser().read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--oidc-client-secret-file {file} cannot be read: {error}.") from error
    if not secret:
        raise ConfigError(f"--oidc-client-secret-file {file} is empty.")
    return secret


def _group(text: str) -> GroupRole:
    group, _, given = text.rpartition("=")
    workspace, _, role = given.rpartition(":")
    if not group or not workspace:
        raise ConfigError(f"--oidc-group is GROUP=WORKSPACE:ROLE, not {text!r}.")
    try:
        roles.parse(role)
    except LazwardError as error:
        raise ConfigError(f"--oidc-group {text}: {error}") from error
    return GroupRole(group, workspace, role)
