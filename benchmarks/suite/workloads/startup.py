"""A server by itself: how soon it answers, and what it holds when nobody asks."""

from suite.figure import Figure
from suite.server import Server
from suite.size import Size
from suite.usage import pss_mib, tree, wait_until_quiet


def startup(server: Server, _: Size, __: None) -> dict[str, Figure]:
    """Start in an empty folder, start again in the same one, and let it come to rest."""
    server.clear()
    first = server.start()
    server.end()
    again = server.start()
    try:
        wait_until_quiet(server.pid, 60)  # some start their workers after they first answer
        processes = tree(server.pid)
        memory = pss_mib(processes)
    finally:
        server.end()
    return {
        "first": Figure(first, "s", more=False),
        "again": Figure(again, "s", more=False),
        "memory": Figure(memory, "MiB", more=False),
        "processes": Figure(len(processes), "processes", more=False),
    }
