"""Users over the API, for administrators."""

from lazward.errors import InvalidRequest
from lazward.wire import people as wire
from lazward.wire.base import Ask, Empty
from lazward_server.auth import passwords, tokens, users
from lazward_server.auth.users import User, UserKind
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission


async def list_users(ctx: Context, _req: Ask) -> wire.Users:
    """All users by name."""
    return wire.Users([_shown(user) for user in await ctx.db.read(users.listed)])


async def get_user(ctx: Context, _req: Ask, user: str) -> wire.User:
    """One user."""
    return _shown(await ctx.db.read(users.get, user))


async def create_user(ctx: Context, req: wire.CreateUser) -> wire.User:
    """Make a user, without any role yet."""
    kind = _kind(req.kind)
    if kind is UserKind.SERVICE and req.password is not None:
        raise InvalidRequest("A service account has no password; make tokens for it.")
    made = await ctx.db.write(
        users.create,
        req.name,
        kind,
        password=await _hashed(req.password),
        administrator=req.administrator,
        email=req.email or None,
    )
    return _shown(made)


async def update_user(ctx: Context, req: wire.UpdateUser, user: str) -> wire.User:
    """Change what is given. A new password, like being disabled, signs the user out everywhere."""
    return _shown(await ctx.db.write(_update, user, req, await _hashed(req.password)))


async def remove_user(ctx: Context, _req: Ask, user: str) -> Empty:
    """Remove a user with their tokens and roles; what they logged stays."""
    await ctx.db.write(lambda tx: users.remove(tx, users.get(tx, user).id))
    return Empty()


def _update(tx: Tx, name: str, req: wire.UpdateUser, hashed: str | None) -> User:
    user = users.get(tx, name)
    if hashed is not None:
        if user.kind is UserKind.SERVICE:
            raise InvalidRequest("A service account has no password; make tokens for it.")
        users.set_password(tx, user.id, hashed)
        tokens.revoke_sign_ins(tx, user.id)
    if req.administrator is not None:
        users.set_administrator(tx, user.id, req.administrator)
    if req.disabled is not None:
        users.set_disabled(tx, user.id, req.disabled)
    if req.email is not None:
        users.set_email(tx, user.id, req.email)
    return users.by_id(tx, user.id)


async def _hashed(password: str | None) -> str | None:
    return None if password is None else await passwords.aside(passwords.hashed, password)


def _kind(name: str) -> UserKind:
    try:
        return UserKind(name)
    except ValueError:
        raise InvalidRequest(f"A user is a 'person' or a 'service', not a '{name}'.") from None


def _shown(user: User) -> wire.User:
    return wire.User(
        user.name, user.kind.value, user.administrator, user.created_at, user.email, user.disabled_at
    )


ENDPOINTS = [
    Endpoint("GET", "users", list_users, needs=Permission.USER_READ, under=V1),
    Endpoint("POST", "users", create_user, needs=Permission.USER_WRITE, under=V1),
    Endpoint("GET", "users/{user}", get_user, needs=Permission.USER_READ, under=V1),
    Endpoint("PATCH", "users/{user}", update_user, needs=Permission.USER_WRITE, under=V1),
    Endpoint("DELETE", "users/{user}", remove_user, needs=Permission.USER_WRITE, under=V1),
]
