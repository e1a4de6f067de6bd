"""Writes docs/reference/roles.md from the code's own matrix; run it after a change of roles."""

from pathlib import Path

from lazward_server.auth import roles
from lazward_server.auth.roles import Role
from lazward_server.http.permission import Permission

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "roles.md"

_HEAD = """# Roles and permissions

Written by `tools/roles_page.py` from `auth/roles.py`, the one place that says who may do what.

A role is held on a workspace. Every endpoint needs one permission; a request is refused with 403 unless the
caller's role on the workspace has it, and the token, if it is limited, too. Administrators of the server may
do everything.

"""

_SERVER = """
## On the server

No role on a workspace gives these; administrators have them all.

"""

_SELF = """
## For everybody

`public` needs no token, `signed-in` any valid one. `own-credential` (making tokens, changing one's password)
and `server:user-write` need a whole one: neither an access token nor one that is limited to a workspace or to
permissions.
"""


def page() -> str:
    """The page as it should be."""
    names = [role.value for role in Role]
    lines = [f"| permission | {' | '.join(names)} |", "|---|" + ":-:|" * len(names)]
    for permission, has in roles.table():
        cells = " | ".join("yes" if one else "" for one in has)
        lines += [f"| `{permission.value}` | {cells} |"]
    server = [f"* `{one.value}`" for one in Permission if one.on_server]
    return _HEAD + "\n".join(lines) + "\n" + _SERVER + "\n".join(server) + "\n" + _SELF


if __name__ == "__main__":
    PAGE.write_text(page())
