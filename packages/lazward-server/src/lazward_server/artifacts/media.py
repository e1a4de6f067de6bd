"""What a download is called and what it is, told so that no browser runs it."""

import mimetypes
import unicodedata
from urllib.parse import quote

_TEXT = (
    "txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json js py py3 csv tsv md rst "
    "ipynb MLmodel MLproject"
)
_TEXT_ENDINGS = frozenset(_TEXT.split())
_TABLE = mimetypes.MimeTypes()  # the built-in one: the same answer on every machine
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ATTR = "!#$&+-.^_`|~"  # what RFC 8187 leaves unescaped beside letters and digits


def content_type(name: str) -> str:
    """The media type by the name's ending; files that people read are plain text."""
    ending = name.rpartition(".")[2]
    if ending in _TEXT_ENDINGS:
        return "text/plain"
    return by_ending(name)


def by_ending(name: str) -> str:
    """The media type by the name's ending alone: what a page of ours may load and run."""
    return _TABLE.guess_type(name)[0] or "application/octet-stream"


def safety_headers(name: str) -> dict[str, str]:
    """Headers that keep a file a download: a file is what its author made it, which may be an attack."""
    return {
        "content-type": content_type(name),
        "content-disposition": f"attachment; {_filename(name)}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }


def _filename(name: str) -> str:
    """The ``filename`` of RFC 6266, with ``filename*`` beside it where ASCII is not enough."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    if plain == name:
        return f"filename={_quoted(name)}"
    return f"filename={_quoted(plain or 'download')}; filename*=UTF-8''{quote(name, safe=_ATTR)}"


def _quoted(text: str) -> str:
    if text and _TOKEN.issuperset(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
