"""What notebooks show of objects: a small table."""

import html
from collections.abc import Mapping


def table(cells: Mapping[str, str]) -> str:
    """A table of one row; what is in its cells must be safe already."""
    heads = "".join(f"<th>{head}</th>" for head in cells)
    row = "".join(f"<td>{cell}</td>" for cell in cells.values())
    return f'<table style="width:100%"><tr>{heads}</tr><tr>{row}</tr></table>'


def escaped(text: str) -> str:
    """Any text, safe to stand in a cell."""
    return html.escape(text)


def link(url: str, text: str) -> str:
    """A link that opens beside the notebook."""
    return f'<a href="{html.escape(url)}" target="_blank" rel="noopener">{html.escape(text)}</a>'
