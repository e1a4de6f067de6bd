"""The server's settings: one frozen value, made once and handed down."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class GroupRole:
    """What members of a provider's group are on a workspace, as ``--oidc-group`` says it."""

    group: str
    workspace: str
    role: str


@dataclass(frozen=True)
class OidcSettings:
    """The OpenID Connect provider that people sign in with.

    Attributes:
        issuer: Its URL, without a slash at the end.
        client_id: What it calls this server.
        client_secret: By which it knows this server; empty for a public client.
        scopes: What is asked for, separated by spaces.
        name_claim: The claim that names a new user.
        create_users: Whether who signs in first becomes a user, without any role.
        groups_claim: The claim that lists groups.
        groups: What groups stand for.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: str = "openid profile email"
    name_claim: str = "preferred_username"
    create_users: bool = True
    groups_claim: str = "groups"
    groups: tuple[GroupRole, ...] = ()

    @property
    def wanted_claims(self) -> frozenset[str]:
        """What must be known of a person beside their subject."""
        return frozenset({self.name_claim} | ({self.groups_claim} if self.groups else set()))


@dataclass(frozen=True)
class Settings:
    """How one server process was asked to run.

    Attributes:
        home: Folder of the database, the artifacts and the lock, mode 0700.
        host: Address to listen on.
        port: TCP port to listen on.
        database: ``sqlite:///PATH`` or ``postgresql://...``.
        artifacts: Root of all artifacts, ``file:///PATH`` or an object store's URL.
        workers: Processes that serve; more than one needs PostgreSQL.
        auth: Whether callers must show a token.
        access_token_seconds: How long an access token lives.
        audit_retention_seconds: How long the audit log is kept; 0 for ever.
        log_level: ``debug``, ``info``, ``warning`` or ``error``.
        tls_cert: PEM file of the certificate to serve with; None for plain http.
        tls_key: PEM file of its private key.
        public_url: ``scheme://HOST[:PORT]`` that people use, where it is not ``url``.
        allowed_hosts: More host names to answer to.
        trusted_proxies: Addresses and networks of proxies that are believed about whom a request is from.
        oidc: The provider that people can sign in with; None for none.
        jobs: Whether jobs run on the server's own machine; None where only that machine can reach it.
        ssh_agent: Whether targets may sign in to hosts with the keys of the server's own SSH agent.
        secret_key_file: What secrets of targets are sealed with; None for a file in the home.
    """

    home: Path
    database: str
    artifacts: str
    host: str = "127.0.0.1"
    port: int = 8421
    workers: int = 1
    auth: bool = True
    access_token_seconds: int = 3600
    audit_retention_seconds: int = 365 * 86_400
    log_level: str = "info"
    max_body: int = 32 * 2**20
    tls_cert: Path | None = None
    tls_key: Path | None = None
    public_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    oidc: OidcSettings | None = None
    jobs: bool | None = None
    secret_key_file: Path | None = None
    ssh_agent: bool = False

    @property
    def runs_jobs(self) -> bool:
        """Whether jobs run on the server's own machine."""
        return self.is_local if self.jobs is None else self.jobs

    @property
    def url(self) -> str:
        """Where a client on this machine reaches the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - nothing is bound here
        return self._at(f"[{host}]" if ":" in host else host)

    @property
    def addresses(self) -> tuple[str, ...]:
        """All names by which a client on this machine may call the server."""
        local = "127.0.0.1" in self.url or "localhost" in self.url
        more = (self._at("127.0.0.1"), self._at("localhost")) if local else ()
        return tuple(dict.fromkeys((self.url, self.public, *more)))

    @property
    def public(self) -> str:
        """The address to tell people."""
        return self.public_url or self.url

    @property
    def for_nodes(self) -> str:
        """Where launchers reach the server, if their target says nothing else."""
        return self.public if self.tls else self.url

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database.startswith("sqlite:")

    @property
    def tls(self) -> bool:
        """Whether the server itself speaks TLS."""
        return self.tls_cert is not None

    def _at(self, host: str) -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"
