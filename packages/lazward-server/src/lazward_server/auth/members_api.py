"""Who is what on a workspace, over the API. Owners name users exactly; they cannot list the server's."""

from lazward.wire import people as wire
from lazward.wire.base import Ask, Empty
from lazward_server.auth import roles, users
from lazward_server.auth.roles import Role
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission


async def list_members(ctx: Context, _req: Ask) -> wire.Members:
    """The members of a workspace by name."""
    found = await ctx.db.read(roles.members, ctx.workspace_id)
    return wire.Members([wire.Member(*one) for one in found])


async def assign_role(ctx: Context, req: wire.AssignRole, user: str) -> wire.Member:
    """Give a user a role, in place of an older one."""
    role = roles.parse(req.role)
    await ctx.db.write(_change, ctx.workspace_id, user, role, free=ctx.caller.administrator)
    return wire.Member(user, role.value)


async def remove_member(ctx: Context, _req: Ask, user: str) -> Empty:
    """Take a user's role away."""
    await ctx.db.write(_change, ctx.workspace_id, user, None, free=ctx.caller.administrator)
    return Empty()


def _change(tx: Tx, workspace_id: int, user: str, role: Role | None, *, free: bool) -> None:
    """Give or take a role; ``free`` is who may leave a workspace without an owner."""
    user_id = users.get(tx, user).id
    if role is None:
        roles.remove(tx, user_id, workspace_id)
    else:
        roles.assign(tx, user_id, workspace_id, role)
    if not free:
        roles.keep_an_owner(tx, workspace_id)


_ALL = "workspaces/{workspace}/members"
_ONE = _ALL + "/{user}"

ENDPOINTS = [
    Endpoint("GET", _ALL, list_members, needs=Permission.MEMBER_READ, under=V1),
    Endpoint("PUT", _ONE, assign_role, needs=Permission.MEMBER_WRITE, under=V1),
    Endpoint("DELETE", _ONE, remove_member, needs=Permission.MEMBER_WRITE, under=V1),
]
