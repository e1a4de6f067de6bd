"""The endpoints of the audit log. None changes it."""

from lazward.wire.audit import AuditLog, SearchAudit
from lazward_server.audit import log
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission


async def search(ctx: Context, req: SearchAudit) -> AuditLog:
    """What was done and refused on the whole server."""
    return await ctx.db.read(log.search, req)


async def search_workspace(ctx: Context, req: SearchAudit) -> AuditLog:
    """What was done and refused in a workspace."""
    return await ctx.db.read(log.search, req, ctx.workspace_id)


ENDPOINTS = [
    Endpoint("GET", "audit", search, needs=Permission.SERVER_AUDIT_READ, under=V1),
    Endpoint("GET", "workspaces/{workspace}/audit", search_workspace, needs=Permission.AUDIT_READ, under=V1),
]
