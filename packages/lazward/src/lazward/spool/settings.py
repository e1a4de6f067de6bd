"""What the environment says about spools.

LAZWARD_SPOOL           ``off`` sends each call at once and waits for the answer, as MLflow's own client does
LAZWARD_SPOOL_DIR       the folder of the spools; without it, one below the user's state folder
LAZWARD_SPOOL_MAX_BYTES how many bytes they may take there, 2 GiB by default
LAZWARD_FLUSH_TIMEOUT   seconds that the end of a run, a read and the end of the process wait, 60 by default
"""

import os
from dataclasses import dataclass
from pathlib import Path

from lazward.errors import ConfigError

_SEGMENT = 8 * 2**20
_SEGMENTS_AT_LEAST = 8
_OFF = frozenset({"off", "0", "false", "no"})


@dataclass(frozen=True)
class Settings:
    """How spools are kept.

    Attributes:
        root: The folder with a folder for each spool.
        max_bytes: What all spools in it may take together, as far as this process knows.
        flush_timeout: Seconds that a flush waits for the server at most.
    """

    root: Path
    max_bytes: int = 2 * 2**30
    flush_timeout: float = 60.0

    @property
    def segment_bytes(self) -> int:
        """How large a segment grows: small enough that sent ones make room in a small spool."""
        return min(_SEGMENT, self.max_bytes // _SEGMENTS_AT_LEAST)


def enabled() -> bool:
    """Whether calls are spooled at all."""
    return os.environ.get("LAZWARD_SPOOL", "").strip().lower() not in _OFF


def read() -> Settings:
    """The settings in the environment.

    Raises:
        ConfigError: One of them is no number.
    """
    return Settings(
        root=_root(),
        max_bytes=int(_number("LAZWARD_SPOOL_MAX_BYTES", Settings.max_bytes)),
        flush_timeout=_number("LAZWARD_FLUSH_TIMEOUT", Settings.flush_timeout),
    )


def _root() -> Path:
    folder = os.environ.get("LAZWARD_SPOOL_DIR")
    if folder:
        return Path(folder).expanduser().absolute()
    from platformdirs import user_state_path

    return user_state_path("lazward", appauthor=False) / "spool"


def _number(variable: str, otherwise: float) -> float:
    text = os.environ.get(variable)
    if not text:
        return otherwise
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < 2**63:
        raise ConfigError(f"{variable} is {text!r}; it should be a number, such as {otherwise:g}.")
    return number
