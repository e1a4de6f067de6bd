"""``lazward status``: what is configured here, and whether it works."""

from pathlib import Path

from lazward.cli import output
from lazward.client import credentials, locate, tokens, uri
from lazward.client.uri import WorkspaceUri


def status() -> None:
    """Tell which workspace this folder uses, and whether its server answers and lets us in."""
    from lazward.client import experiments
    from lazward.client.http import Connection

    found = locate.configured(Path())
    where = WorkspaceUri(uri.parse(found.server or locate.server()).server, found.workspace_name)
    output.result(f"configuration  {found.file or 'the environment'}")
    output.result(f"workspace      {where.workspace}")
    output.result(f"server         {where.server.url}")
    output.result(f"tracking URI   {where.tracking}")
    output.result(f"credentials    {credentials.path()}")
    output.result(f"token          {'known' if tokens.credential_for(where.server) else 'none'}")
    next(experiments.search(Connection(where)), None)
    output.result("answers        yes")
