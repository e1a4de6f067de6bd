"""Putting inputs and outputs into a command, so that the shell takes each value for one literal text."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from lazward.errors import ConfigError

_PLACEHOLDER = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_NESTING = re.compile(r"\$[({'\"]|`|<<")
"""After one of these nobody but a shell knows what is quoted and what is not."""
_BEFORE_COMMENT = frozenset(" \t\n;&|()<>")
_IN_DOUBLE = re.compile(r'([\\"$`])')


def substitute(command: str, values: Mapping[str, str]) -> str:
    """The command with ``${{inputs.x}}`` and ``${{outputs.x}}`` replaced.

    Args:
        command: A line for the shell.
        values: What stands for ``inputs.x`` and ``outputs.x``.

    Raises:
        ConfigError: A placeholder stands for nothing, or where its value could not be a literal text.
    """
    made: list[str] = []
    place, end = _Place(), 0
    for found in _PLACEHOLDER.finditer(command):
        between = command[end : found.start()]
        place.read(between)
        made += [between, _quoted(found[1], _value(found[1], values), place)]
        place.before = "x"
        end = found.end()
    return "".join([*made, command[end:]])


@dataclass
class _Place:
    """Where in a command one is, as far as a value must know.

    Attributes:
        quotes: The quotation mark that is open; "" for none.
        comment: Whether in a comment, which ends with its line.
        nested: Whether behind something that has quotation marks of its own.
        escaped: Whether behind a backslash.
        before: The character before.
    """

    quotes: str = ""
    comment: bool = False
    nested: bool = False
    escaped: bool = False
    before: str = " "

    @property
    def unsafe(self) -> bool:
        """Whether no quoting makes a text of a value for sure."""
        return self.nested or self.comment or self.escaped or (self.before == "$" and self.quotes != "'")

    def read(self, text: str) -> None:
        """Go on to the end of a text."""
        self.nested = self.nested or _NESTING.search(text) is not None
        for one in text:
            self._step(one)
            self.before = one

    def _step(self, one: str) -> None:
        if self.comment:
            self.comment = one != "\n"
        elif self.escaped:
            self.escaped = False
        elif one == "\\" and self.quotes != "'":
            self.escaped = True
        elif self.quotes:
            self.quotes = "" if one == self.quotes else self.quotes
        elif one in "'\"":
            self.quotes = one
        elif one == "#" and self.before in _BEFORE_COMMENT:
            self.comment = True


def _value(name: str, values: Mapping[str, str]) -> str:
    if name in values:
        return values[name]
    known = ", ".join(values) or "none, since the file has no inputs and no outputs"
    raise ConfigError(f"command: nothing is known of '${{{{{name}}}}}'; there are {known}.")


def _quoted(name: str, value: str, place: _Place) -> str:
    if "\0" in value:
        raise ConfigError(f"{name}: a value cannot hold a NUL character.")
    quoted = shlex.quote(value)
    if quoted == value:
        return value
    if place.unsafe:
        raise ConfigError(
            f"command: '{name}' holds characters that mean something to the shell, and stands in a comment or"
            " behind a $, a backslash, `...` or <<. Put it before these, or into environment_variables and"
            " write $NAME."
        )
    if place.quotes == "'":
        return value.replace("'", "'\"'\"'")
    return _IN_DOUBLE.sub(r"\\\1", value) if place.quotes else quoted
