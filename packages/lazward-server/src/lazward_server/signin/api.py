"""Signing in over the API: machines without a browser, links for one, and who is whom at the provider."""

from http import HTTPStatus

from lazward.errors import (
    AuthorizationPending,
    InvalidRequest,
    LazwardError,
    PermissionDenied,
    SlowDown,
    Unauthenticated,
)
from lazward.wire import signin as wire
from lazward.wire.base import Ask, Empty, encode
from lazward_server.auth import users
from lazward_server.auth.tokens import Bearer
from lazward_server.db.database import Tx
from lazward_server.http.call import Reply
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.signin import device, links
from lazward_server.signin.device import Refused

_ERRORS: dict[str, type[LazwardError]] = {
    "authorization_pending": AuthorizationPending,
    "slow_down": SlowDown,
    "expired_token": Unauthenticated,
    "access_denied": PermissionDenied,
}
"""What our own client makes of the words of RFC 8628."""
_UNNAMED = "a machine without a name"


async def start_device(ctx: Context, req: wire.StartDevice) -> wire.DeviceStarted:
    """Begin to sign in a machine; a person confirms on the page that the answer names."""
    machine = " ".join(req.machine.split()) or _UNNAMED
    started = await ctx.db.write(device.start, machine, ctx.client_address)
    return wire.DeviceStarted(
        started.device_code,
        started.user_code,
        f"{ctx.origin}/device",
        f"{ctx.origin}/device?user_code={started.user_code}",
        device.LIFE,
        device.INTERVAL,
    )


async def poll_device(ctx: Context, req: wire.PollDevice) -> Reply:
    """The machine's token once a person has allowed it; status 400 with an ``error`` until then."""
    outcome = await ctx.db.write(device.poll, req.device_code)
    if isinstance(outcome, Refused):
        code = _ERRORS[outcome.error].code
        refused = wire.DeviceRefused(outcome.error, code, outcome.message)
        return Reply(HTTPStatus.BAD_REQUEST, encode(refused))
    token = wire.DeviceToken(outcome.token, "Bearer", outcome.user, outcome.expires_at)
    return Reply(HTTPStatus.OK, encode(token), ((b"cache-control", b"no-store"),))


async def create_link(ctx: Context, _req: Ask) -> wire.SignInLink:
    """A link that signs the holder of a token in in a browser, once."""
    bearer: Bearer | None = ctx.caller.bearer
    if bearer is None:
        raise InvalidRequest(
            "This server asks nobody who they are (--auth off), so there is nothing to sign in."
        )
    secret = await ctx.db.write(links.create_for, bearer)
    return wire.SignInLink(ctx.origin + links.path(secret), links.LIFE)


async def link_identity(ctx: Context, req: wire.LinkIdentity, user: str) -> Empty:
    """Note who a user is at the provider, so that they can sign in there; without a subject, nobody."""
    oidc = ctx.settings.oidc
    if oidc is None:
        raise InvalidRequest("This server has no OpenID Connect provider (--oidc-issuer).")
    identity = None if req.subject is None else (oidc.issuer, req.subject)
    await ctx.db.write(_link, user, identity)
    return Empty()


def _link(tx: Tx, name: str, identity: tuple[str, str] | None) -> None:
    user = users.get(tx, name)
    if user.kind is not users.UserKind.PERSON:
        raise PermissionDenied(f"{name} is a service account, which cannot sign in.")
    users.set_identity(tx, user.id, identity)


ENDPOINTS = [
    Endpoint("POST", "device", start_device, needs=Permission.PUBLIC, under=V1, audited=False),
    Endpoint("POST", "device/token", poll_device, needs=Permission.PUBLIC, under=V1, audited=False),
    Endpoint("POST", "sign-in-link", create_link, needs=Permission.OWN_CREDENTIAL, under=V1),
    Endpoint("PUT", "users/{user}/identity", link_identity, needs=Permission.USER_WRITE, under=V1),
]
