"""The page about roles is the code's own matrix, and the guide's commands do what it says."""

import importlib.util
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import forked
from tests.conftest import Server
from tests.docs.test_examples import ROOT, blocks

GUIDE = ROOT / "docs" / "guide" / "people.md"
PASSWORD = "correct horse battery\n"


def test_the_page_about_roles_is_what_the_code_says() -> None:
    spec = importlib.util.spec_from_file_location("roles_page", ROOT / "tools" / "roles_page.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == module.PAGE.read_text(), "run tools/roles_page.py"


@pytest.mark.timeout(300)
def test_the_guides_commands_work_in_their_order(start_server: Callable[..., Server], tmp_path: Path) -> None:
    server = start_server()
    environment = server.environment(LAZWARD_SERVER=server.url)
    administrator = (server.config / "credentials.json").read_text()
    mine = tmp_path / "credentials"
    mine.mkdir(mode=0o700)
    environment["LAZWARD_CONFIG_DIR"] = str(mine)
    (mine / "credentials.json").touch(mode=0o600)
    (mine / "credentials.json").write_text(administrator)
    for line in (line for block in blocks(GUIDE, "console") for line in block.splitlines()):
        words = shlex.split(line.removeprefix("$ "))[1:]
        if words[:2] == ["user", "create"] and "--service" not in words:
            words.append("--password-stdin")
        done = forked.lazward(*words, env=environment, stdin=PASSWORD, cwd=tmp_path)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        if words[0] == "logout":  # ada's; the administrator goes on
            (mine / "credentials.json").write_text(administrator)
