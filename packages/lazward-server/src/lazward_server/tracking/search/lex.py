"""Text to tokens, in one pass from left to right, each with its position."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a token is; the values are the names of the groups below."""

    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    OPEN = "open"
    CLOSE = "close"
    COMMA = "comma"
    END = "end"


class Token(NamedTuple):
    """One token as it was written.

    Attributes:
        at: Its position in the text, counted from 1.
    """

    kind: Kind
    text: str
    at: int

    def says(self, *words: str) -> bool:
        """Whether this is one of these words, in any case."""
        return self.kind is Kind.NAME and self.text.upper() in words


class UnreadableError(ValueError):
    """The text cannot be cut into tokens from here on."""

    def __init__(self, text: str, at: int, reason: str) -> None:
        super().__init__(reason)
        self.text = text
        self.at = at
        self.reason = reason


# Possessive quantifiers keep the time linear: nothing is ever tried twice.
_TOKEN = re.compile(
    r"""(?P<number>  -?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?(?![\w.]) )
      | (?P<name>    (?:[^\W\d]\w*+|`[^`]*+`)
                     (?:\.(?:\w++(?:\.\w++)*+|"[^"]*+"|'[^']*+'|`[^`]*+`))? )
      | (?P<string>  '[^']*+(?:''[^']*+)*+' | "[^"]*+(?:""[^"]*+)*+" )
      | (?P<operator> [<>!=]=|<>|[<>=] )
      | (?P<open>    \( )
      | (?P<close>   \) )
      | (?P<comma>   , )""",
    re.VERBOSE,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s*+")
_JUNK = re.compile(r"\W|\w++")
_SHOWN = 60


def lex(text: str) -> Iterator[Token]:
    """The tokens of a text, ending with one of kind END.

    Raises:
        UnreadableError: At a character that begins no token, once the tokens before it are taken.
    """
    _refuse_unstorable(text)
    at = _after_space(text, 0)
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise _unreadable(text, at)
        yield Token(Kind(found.lastgroup), found.group(), at + 1)
        at = _after_space(text, found.end())
    yield Token(Kind.END, "", len(text) + 1)


def unquoted(text: str) -> str:
    """What stands between quotes; a doubled quote stands for itself. Text without quotes stays as it is."""
    quote = text[:1]
    return text[1:-1].replace(quote * 2, quote) if quote in ("'", '"', "`") else text


def shown(text: str) -> str:
    """A piece of the text for a message, cut if it is long."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _unreadable(text: str, at: int) -> UnreadableError:
    if text[at] in "'\"`":
        return UnreadableError(text[at:], at + 1, "this quote is not closed")
    if text[at] == ";":
        return UnreadableError(";", at + 1, "Search filter contained multiple expression; join them with AND")
    junk = _JUNK.match(text, at)
    reason = "not expected; keys with such characters need double quotes or backticks"
    return UnreadableError(junk.group() if junk else text[at], at + 1, reason)


def storable(text: str) -> bool:
    """Whether databases take this text: without NUL and without halves of surrogate pairs."""
    return "\0" not in text and not _SURROGATE.search(text)


def _refuse_unstorable(text: str) -> None:
    """What no database takes, no stored text can match."""
    if not storable(text):
        raise UnreadableError("...", 1, "text must not contain NUL or halves of surrogate pairs")
