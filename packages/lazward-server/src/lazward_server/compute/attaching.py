"""Reaching out to where a target is: when it is made, when it is changed, and when somebody asks how it is.

All of it blocks, and none of it has a transaction open.
"""

from collections.abc import Mapping

import msgspec

from lazward.errors import InvalidRequest, Unavailable
from lazward.wire.compute import CreateCompute, UpdateCompute
from lazward.wire.compute import Settings as Wired
from lazward.wire.doctor import Diagnosis
from lazward_server import vault
from lazward_server.compute import kinds
from lazward_server.compute.engine import Engine, Examined, Target
from lazward_server.compute.engines import Stored, target_of
from lazward_server.settings import Settings


def attach_new(settings: Settings, req: CreateCompute) -> Wired:
    """The settings of a target to be made, with what was found out there.

    Raises:
        InvalidRequest: They do not fit, or it cannot be used as it is.
    """
    kind = kinds.find(req.kind)
    kinds.check_secrets(kind, req.secrets)
    own = kinds.read(kind, req.settings)
    return _attach(kind, Target(0, own, req.secrets, settings.home, settings.ssh_agent))


def attach_changed(settings: Settings, stored: Stored, req: UpdateCompute) -> Wired:
    """The settings of a target that is to be changed, with what was found out there.

    Raises:
        InvalidRequest: They do not fit, or it cannot be used as it is.
    """
    kind = kinds.find(stored.kind)
    kinds.check_secrets(kind, req.secrets)
    given = set(req.secrets)
    kept = {name: text for name, text in _sealed_in(stored).items() if name not in given}
    target = target_of(settings, kind, stored._replace(secrets=msgspec.json.encode(kept).decode()))
    secrets = dict(target.secrets) | {name: text for name, text in req.secrets.items() if text}
    own = target.settings if req.settings is None else kinds.read(kind, req.settings)
    return _attach(kind, target._replace(settings=own, secrets=secrets))


def _sealed_in(stored: Stored) -> dict[str, str]:
    return msgspec.json.decode(stored.secrets, type=dict[str, str])


def _attach(kind: type[Engine], target: Target) -> Wired:
    try:
        return msgspec.to_builtins(kind.attach(target))
    except Unavailable as error:  # trying again later is nothing that a client should do by itself
        raise InvalidRequest(error.message) from error


def examine(settings: Settings, stored: Stored) -> Diagnosis:
    """What is found where a target runs its jobs.

    Raises:
        InvalidRequest: Its kind has nothing to look at.
    """
    kind = kinds.find(stored.kind)
    if not issubclass(kind, Examined):
        raise InvalidRequest(f"Targets of the kind '{stored.kind}' have nothing to be looked at from here.")
    server_url = stored.server_url or settings.for_nodes
    engine = kind.open(target_of(settings, kind, stored))
    assert isinstance(engine, Examined)  # noqa: S101 - a class makes its own
    try:
        return Diagnosis(server_url, engine.examine(server_url))
    finally:
        engine.close()


def sealed(settings: Settings, secrets: Mapping[str, str]) -> dict[str, str | None]:
    """Secrets as they are kept; None for those that are to go."""
    return {name: vault.seal(settings, text) if text else None for name, text in secrets.items()}
