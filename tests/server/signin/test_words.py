"""The pages for signing in, in the language that a browser asks for."""

import ast
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from lazward_server.signin import words as module
from lazward_server.signin.html import tag
from lazward_server.signin.words import ENGLISH, JAPANESE, words

SOURCES = [path for path in Path(module.__file__).parent.glob("*.py") if path.name != "words.py"]


def asking(accepted: str | None) -> Request:
    headers = [] if accepted is None else [(b"accept-language", accepted.encode("latin-1"))]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,en;q=0.8", "ja"),
        ("en-GB,ja;q=0.9", "en"),
        ("fr,ja;q=0.5,en;q=0.3", "ja"),
        ("en;q=0.1, JA ; q=0.9", "ja"),
        ("fr-FR", "en"),
        (";;;q=,ja;q=x", "ja"),
    ],
)
def test_the_language_that_is_wanted_most(accepted, language):
    assert words(asking(accepted)).language == language


def test_what_comes_from_elsewhere_is_text():
    said = JAPANESE("Sign in as {user}", user="<b>{provider}</b>")
    assert said == "&lt;b&gt;{provider}&lt;/b&gt; としてサインイン"
    assert ENGLISH("Sign in as {user}", user=tag("b", "&")) == "Sign in as <b>&amp;</b>"


def test_whatever_pages_say_has_a_translation():
    assert said_in_sources() - set(JAPANESE.table) == set()


def test_nothing_is_translated_that_nobody_says():
    told = {node.value for path in SOURCES for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)}
    assert set(JAPANESE.table) - told == set()


def said_in_sources() -> set[str]:
    calls = [node for path in SOURCES for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    said = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "say"]
    found = {call.args[0].value for call in said if isinstance(call.args[0], ast.Constant)}
    assert len(found) > 20
    return found


def tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text("utf-8"))


def test_a_page_is_in_one_language(server):
    answer = httpx.get(f"{server.url}/account", headers={"accept-language": "ja"})
    assert '<html lang="ja">' in answer.text
    assert "サインインしていません。" in answer.text
    assert "You are not" not in answer.text
