"""HTML that cannot forget to escape: text goes in as text, and only what ``tag`` made is taken for markup."""

from html import escape

_VOID = frozenset({"input", "link", "meta", "br"})


class Html(str):
    """Markup."""

    __slots__ = ()


def tag(element: str, *inside: str, **attributes: str | bool | None) -> Html:
    """An element. An attribute that is None or False is left out; ``class_`` and ``for_`` lose the bar."""
    words = "".join(map(_attribute, attributes, attributes.values()))
    if element in _VOID:
        return Html(f"<{element}{words}>")
    return Html(f"<{element}{words}>{together(*inside)}</{element}>")


def together(*parts: str) -> Html:
    """Several parts one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(value)}"'
