"""The Japanese README has the code and the links of the English one; all links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, JAPANESE = ROOT / "README.md", ROOT / "README.ja.md"
PAGES = [ENGLISH, JAPANESE, *sorted((ROOT / "docs").rglob("*.md"))]


def code(page: Path) -> list[str]:
    return re.findall(r"^```.*?^```|^    .*?$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def links(page: Path) -> list[str]:
    found = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    return [link for link in found if not link.startswith(("http:", "https:", "mailto:"))]


@pytest.mark.parametrize(
    "part", [code, lambda page: sorted(set(links(page)) - {"README.md", "README.ja.md"})]
)
def test_both_have_the_same(part) -> None:
    assert part(ENGLISH)
    assert part(ENGLISH) == part(JAPANESE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_files_that_exist(page: Path) -> None:
    assert [link for link in links(page) if not (page.parent / link).exists()] == []
