"""Leaving out of a text what opens an index or a channel: more people read a log than a specification."""

import re

_USER = re.compile(r"(://)(?!git@)[^\s/@]+@")
"""What stands before the host of an address; ``git@`` is everybody's."""
_CHANNEL_TOKEN = re.compile(r"(://[^\s/]+/t/)[^\s/]+")
"""How a conda channel carries a token."""
_HIDDEN = r"\1****"


def redacted(text: str) -> str:
    """The text with stars in the place of names, passwords and tokens in the addresses that it holds."""
    return _CHANNEL_TOKEN.sub(_HIDDEN, _USER.sub(_HIDDEN + "@", text))
