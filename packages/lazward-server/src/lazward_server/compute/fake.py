"""An engine for tests: launchers are entries of a list, which the test ends itself."""

from collections.abc import Collection, Mapping

from lazward.errors import Unavailable
from lazward_server.compute.engine import Engine, Launch, Presence


class Fake(Engine):
    """See ``engine.Engine``.

    Attributes:
        launched: All that was started, in order.
        living: Handles of the launchers that are there.
        refusing: Whether nothing can be started.
    """

    def __init__(self) -> None:
        self.launched: list[Launch] = []
        self.living: set[str] = set()
        self.refusing = False

    def submit(self, launch: Launch) -> str:
        """See ``engine.Engine``."""
        if self.refusing:
            raise Unavailable("The engine takes nothing at the moment.")
        self.launched.append(launch)
        handle = f"{launch.run_id} {launch.attempt}"
        self.living.add(handle)
        return handle

    def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """See ``engine.Engine``."""
        return {one: Presence.THERE if one in self.living else Presence.GONE for one in handles}

    def cancel(self, handle: str) -> None:
        """See ``engine.Engine``."""
        self.living.discard(handle)
