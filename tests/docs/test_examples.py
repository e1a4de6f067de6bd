"""The documents' examples run, and name commands and options that exist."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from lazward.cli import main
from tests import forked
from tests.conftest import LAZWARD, Server

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    joined = [block.replace("\\\n", "") for page in PAGES for block in blocks(page, "console")]
    lines = [line for block in joined for line in block.splitlines()]
    found = re.findall(r"lazward [^)|\n]+", "\n".join(line for line in lines if line.startswith("$ ")))
    return sorted({command.strip() for command in found})


def takes_long(page: Path) -> bool:
    """Whether its example trains a model or runs a job, as ``make quickstart`` does."""
    return bool(re.search(r"sklearn|\.submit\(|projects\.run", "".join(blocks(page, "python"))))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.slow] if takes_long(page) else [], id=page.stem)
        for page in PAGES
        if blocks(page, "python")
    ],
)
def test_python_examples_run(page: Path, start_server: Callable[..., Server], tmp_path: Path) -> None:
    server = start_server()  # of its own: other tests count what the README's experiment holds
    subprocess.run(
        [LAZWARD, "config", "--server", server.url], cwd=tmp_path, env=server.environment(), check=True
    )
    script = tmp_path / "example.py"
    script.write_text("\n".join(blocks(page, "python")))
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, env=server.environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", commands())
def test_commands_in_the_pages_exist_with_their_options(command: str) -> None:
    words = shlex.split(command)[1:]
    noun = typer.main.get_command(main.build(words)).commands[words[0]]
    verbs = words[: 2 if hasattr(noun, "commands") else 1]
    shown = forked.lazward(*verbs, "--help")
    assert shown.returncode == 0, shown.stderr
    for option in (word for word in words if word.startswith("--")):
        assert option in shown.stdout


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*PAGES, ROOT / "ARCHITECTURE.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
