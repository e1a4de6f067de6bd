"""The launcher as nodes get it that have no Lazward: one file, the same as long as the server runs.

An engine brings it to its nodes however it can, under a name that tells its content, and starts ``argv`` with
the launch's variables as one line of JSON on standard input.
"""

import json
import threading
from collections.abc import Mapping, Sequence

from lazward.launcher import bundle
from lazward.launcher.bundle import Bundle

FOLDER = "~/.cache/lazward/launchers"
"""Where it is unpacked on a node if nothing else is said; the node's own home is meant."""
_lock = threading.Lock()
_made: list[Bundle] = []


def current() -> Bundle:
    """The bundle; made once, in about a second."""
    with _lock:
        if not _made:
            _made.append(bundle.make())
        return _made[0]


def file_name() -> str:
    """What to call it on a node: another content has another name."""
    return f"lazward-{current().name}.pyz"


def argv(python: str, file: str, folder: str = FOLDER) -> Sequence[str]:
    """The words that start a launcher from a bundle.

    Args:
        python: The node's interpreter, 3.10 or newer.
        file: The bundle.
        folder: Where it is unpacked.
    """
    return [python, "-I", file, folder]


def stdin(variables: Mapping[str, str]) -> bytes:
    """What it reads: the variables, the token among them."""
    return json.dumps(dict(variables)).encode() + b"\n"
