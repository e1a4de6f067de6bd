"""Lengths of time as people write them: ``30s``, ``15m``, ``1h``, ``7d``."""

import re

from lazward.errors import ConfigError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_WRITTEN = re.compile(r"(\d{1,9})([smhd])")


def parse(text: str) -> int:
    """The seconds in a length of time.

    Raises:
        ConfigError: It is none.
    """
    found = _WRITTEN.fullmatch(text.strip().lower())
    if found is None:
        raise ConfigError(f"'{text}' is not a length of time; write it like 30s, 15m, 1h or 7d.")
    return int(found[1]) * _UNITS[found[2]]
