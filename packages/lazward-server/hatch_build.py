"""Refuses to make a wheel without the portal, which its users could not build."""

# Only builds install hatchling, so there is nothing to check its types against:
# pyright: basic, reportMissingImports=false

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PortalHook(BuildHookInterface):
    """Looks for the built portal."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's own names
        """Called before a wheel is made; an editable one is a checkout, which can be without."""
        index = Path(self.root, "src", "lazward_server", "portal", "assets", "index.html")
        if version != "editable" and not index.exists():
            raise RuntimeError(
                f"The portal is not built: {index} is missing."
                " Run `python tools/portal.py` in the checkout first."
            )
