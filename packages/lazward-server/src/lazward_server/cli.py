"""``lazward up``: check what was asked, prepare the home, serve until told to stop."""

import functools
import os
import sys
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from lazward import duration
from lazward.cli import output
from lazward.client import credentials
from lazward.errors import ConfigError
from lazward_server import exposure
from lazward_server.artifacts.store import open_store
from lazward_server.auth import tokens, users
from lazward_server.db import engines, migrate
from lazward_server.db.database import Database, Tx
from lazward_server.home import Home
from lazward_server.serve import configure_logging, listen, serve
from lazward_server.settings import Settings
from lazward_server.signin import links, options

_ACCESS_LIVES = (1, 3600)
"""Seconds that an access token may live at least and at most."""
_AUDIT_KEPT = 86_400
"""Seconds for which the database itself keeps each entry of the audit log."""


def up(
    home: Annotated[
        Path | None, typer.Option(help="Folder for database and artifacts. Default: the user's data folder.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8421,
    database: Annotated[
        str, typer.Option(help="postgresql://USER:PASSWORD@HOST/NAME. Default: SQLite in the home.")
    ] = "",
    artifacts: Annotated[
        str,
        typer.Option(help="Where artifacts lie, a folder or s3://, gs://, az:// URL. Default: in the home."),
    ] = "",
    workers: Annotated[
        int, typer.Option(help="Processes that serve; more than one needs PostgreSQL.", min=1)
    ] = 1,
    auth: Annotated[str, typer.Option(help="'off' lets everybody in, on a loopback host only.")] = "on",
    access_token_lifetime: Annotated[
        str,
        typer.Option(help="How long a derived token lives, such as 15m; an hour at most.", metavar="TIME"),
    ] = "1h",  # noqa: S107 - a length of time
    tls_cert: Annotated[
        Path | None, typer.Option(help="PEM file of a certificate (and those above it): serve https.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM file of its private key.")] = None,
    public_url: Annotated[
        str,
        typer.Option(help="The address people use, such as https://ml.example.com. Default: host and port."),
    ] = "",
    allowed_host: Annotated[
        list[str] | None, typer.Option(help="One more host name to answer to; may be given again.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            help="Address or network of a proxy whose X-Forwarded headers are believed; may be given again."
        ),
    ] = None,
    audit_retention: Annotated[
        str,
        typer.Option(
            help="How long the audit log is kept, such as 90d; a day at least, 0 for ever.", metavar="TIME"
        ),
    ] = "365d",
    oidc_issuer: Annotated[
        str, typer.Option(help="URL of an OpenID Connect provider that people sign in with.", metavar="URL")
    ] = "",
    oidc_client_id: Annotated[str, typer.Option(help="What the provider calls this server.")] = "",
    oidc_client_secret_file: Annotated[
        Path | None,
        typer.Option(help=f"File with the secret for the provider. Default: the variable {options.SECRET}."),
    ] = None,
    oidc_scopes: Annotated[str, typer.Option(help="What to ask the provider for.")] = "openid profile email",
    oidc_name_claim: Annotated[
        str, typer.Option(help="The provider's claim that names a new user.")
    ] = "preferred_username",
    oidc_create_users: Annotated[
        str, typer.Option(help="'off' lets only those in whom an administrator has linked.")
    ] = "on",
    oidc_groups_claim: Annotated[
        str, typer.Option(help="The provider's claim that lists groups.")
    ] = "groups",
    oidc_group: Annotated[
        list[str] | None,
        typer.Option(
            help="A role for the members of a group; may be given again.", metavar="GROUP=WORKSPACE:ROLE"
        ),
    ] = None,
    jobs: Annotated[
        str,
        typer.Option(
            help="Whether jobs run on this machine, as the user who starts the server: on, off, or auto for"
            " where only this machine can reach it."
        ),
    ] = "auto",
    secret_key_file: Annotated[
        Path | None,
        typer.Option(
            help="File with the key that secrets are sealed with. Default: one is made in the home."
        ),
    ] = None,
    ssh_agent: Annotated[
        str,
        typer.Option(help="'on' lets compute targets use the keys of this process's own SSH agent."),
    ] = "off",
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "info",
) -> None:
    """Start the workspace on this machine and serve until stopped (Ctrl-C or SIGTERM)."""
    folder = (home or Path(platformdirs.user_data_dir("lazward"))).expanduser().absolute()
    settings = Settings(
        home=folder,
        database=database or f"sqlite:///{folder / 'lazward.db'}",
        artifacts=_artifacts(artifacts, folder),
        host=host,
        port=port,
        workers=workers,
        auth=_switch("--auth", auth),
        access_token_seconds=duration.parse(access_token_lifetime),
        audit_retention_seconds=0 if audit_retention == "0" else duration.parse(audit_retention),
        jobs=None if jobs == "auto" else _switch("--jobs", jobs),
        secret_key_file=_absolute(secret_key_file),
        ssh_agent=_switch("--ssh-agent", ssh_agent),
        log_level=_level(log_level),
        tls_cert=_absolute(tls_cert),
        tls_key=_absolute(tls_key),
        public_url=public_url.rstrip("/"),
        allowed_hosts=tuple(allowed_host or ()),
        trusted_proxies=tuple(trusted_proxy or ()),
        oidc=options.provider(
            oidc_issuer,
            oidc_client_id,
            oidc_client_secret_file,
            oidc_scopes,
            oidc_name_claim,
            _switch("--oidc-create-users", oidc_create_users),
            oidc_groups_claim,
            oidc_group or (),
        ),
    )
    check(settings)
    configure_logging(settings)
    os.umask(0o077)
    with Home(settings.home):
        sock = listen(settings)  # before anything is written, so that a taken port is told at once
        _prepare(settings)
        for text in exposure.warnings(settings):
            output.warning(text)
        _greet(settings)
        serve(settings, sock)


def check(settings: Settings) -> None:
    """Refuse settings that cannot work together.

    Raises:
        ConfigError: With the reason and what to do.
    """
    if not engines.is_supported(settings.database):
        raise ConfigError("--database is sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME.")
    shortest, longest = _ACCESS_LIVES
    if not shortest <= settings.access_token_seconds <= longest:
        raise ConfigError("--access-token-lifetime is a second at least and an hour at most.")
    if 0 < settings.audit_retention_seconds < _AUDIT_KEPT:
        raise ConfigError("--audit-retention is a day at least, or 0 to keep the log for ever.")
    if settings.workers > 1 and settings.sqlite:
        raise ConfigError(
            "--workers needs PostgreSQL: SQLite has one writer, and one process already keeps it busy."
            " Give --database postgresql://..."
        )
    exposure.check(settings)


def _artifacts(given: str, home: Path) -> str:
    if not given:
        return (home / "artifacts").as_uri()
    return given if "://" in given else Path(given).expanduser().absolute().as_uri()


def _absolute(file: Path | None) -> Path | None:
    return file.expanduser().absolute() if file else None


def _switch(option: str, text: str) -> bool:
    if text not in ("on", "off"):
        raise ConfigError(f"{option} is 'on' or 'off', not {text!r}.")
    return text == "on"


def _level(text: str) -> str:
    if text not in ("debug", "info", "warning", "error"):
        raise ConfigError(f"--log-level is debug, info, warning or error, not {text!r}.")
    return text


def _prepare(settings: Settings) -> None:
    open_store(settings.artifacts).close()  # whatever is wrong with it is better told now
    engine = engines.create(settings.database)
    try:
        migrate.prepare(engine)
    except engines.DRIVER_ERRORS as error:
        raise ConfigError(f"Cannot use the database: {engines.reason(error)}") from error
    finally:
        engine.dispose()
    if settings.auth:
        _ensure_token(settings)


def _ensure_token(settings: Settings) -> None:
    """Leave a valid token for each of the server's addresses in the user's credentials file."""
    db = Database(settings.database)
    try:
        saved = {address: credentials.read(address) for address in settings.addresses}
        valid = {
            token for token in saved.values() if token and db.read_now(tokens.find, tokens.digest(token))
        }
        token = next((saved[a] for a in saved if saved[a] in valid), None) or db.write_now(_new_token)
        for address in settings.addresses:
            if saved[address] not in valid:
                credentials.save(address, token)
    finally:
        db.close()


def _new_token(tx: Tx) -> str:
    return tokens.create(tx, users.first_administrator(tx).id, "lazward up")


def _greet(settings: Settings) -> None:
    say = functools.partial(print, file=sys.stdout, flush=True)
    say(f"Lazward serves {settings.home} at {settings.public}")
    if settings.auth:
        say(f"  your token     lazward token show --server {settings.public}")
        say(f"  in a browser   {_way_in(settings)}")
    say(f"  from a project lazward config --server {settings.public}")
    say("  stop with Ctrl-C")


def _way_in(settings: Settings) -> str:
    """How its administrator signs in: by a link on a terminal, which no log keeps."""
    if not sys.stdout.isatty():
        return f"lazward open --server {settings.public}"
    db = Database(settings.database)
    try:
        secret = db.write_now(_new_link)
    finally:
        db.close()
    return f"{settings.public}{links.path(secret)} (once, within {links.LIFE // 60} minutes)"


def _new_link(tx: Tx) -> str:
    return links.create(tx, users.first_administrator(tx).id)
