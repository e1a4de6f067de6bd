"""What the normaliser of artifact paths lets through, and what it refuses."""

import os.path
import unicodedata
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lazward.errors import InvalidRequest
from lazward_server.artifacts.paths import file_path, folder_path

# Shapes of published attacks on artifact paths: traversal, absolute paths, drives, UNC, URIs, fragments,
# queries, NUL bytes, double and triple encoding, overlong UTF-8, mixed slashes, tricks of servlet containers.
HOSTILE = [
    "..",
    "../x",
    "a/..",
    "a/../b",
    "a/../../b",
    "./../x",
    "../../../../../../etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "///etc/passwd",
    "a//b",
    "a//../b",
    "....//....//etc/passwd",
    "/",
    "",
    ".",
    "./.",
    "a\\b",
    "..\\x",
    "\\..\\..\\x",
    "..\\/..\\/x",
    "a/..\\..\\x",
    "\\\\server\\share",
    "C:",
    "C:/Windows",
    "C:\\Windows",
    "c:x",
    "a/c:/x",
    "file:///etc/passwd",
    "file:/etc/passwd",
    "FILE:///etc/passwd",
    "file:x",
    "file://a#/..//tmp",
    "file://a%23/..//tmp/",
    "http://host/x",
    "s3://bucket/x",
    "a#b",
    "a#/../../etc/passwd",
    "#/../../etc/passwd",
    "a%23/../x",
    "a%2523b",
    "a?b",
    "a?/../../etc/passwd",
    "a%3fb",
    "%2e%2e",
    "%2e%2e/x",
    "%2E%2E%2Fx",
    "..%2fx",
    ".%2e/x",
    "%2e./x",
    "%252e%252e%252fx",
    "%25252e%25252e%25252fx",
    "a/%2e%2e/%2e%2e/x",
    "%2fetc%2fpasswd",
    "%252fetc%252fpasswd",
    "%5c..%5cx",
    "%255c..%255cx",
    "..%5cx",
    "a%00.png",
    "a%2500.png",
    "a\x00b",
    "a\nb",
    "a\rb",
    "a\x1bb",
    "a\x7fb",
    "a\x85b",
    "%c2%85",
    "/etc/passwd%00.jpg",
    "/file://etc/passwd",
    "%c0%ae%c0%ae/x",
    "%c0%af..%c0%afx",
    "%e0%80%ae%e0%80%ae/x",
    "..%c0%afx",
    "%c1%9c..%c1%9cx",
    "%2e%2e%17",
    "%17%2e%2e/x",
    "%" + "25" * 40 + "2e%2e/x",
    "a/%2e%2e/b",
    "a/ /../b",
    "\ud800",
]

HARMLESS = [
    "model.pkl",
    "a/b/c.txt",
    "with space.txt",
    " leading and trailing ",
    "ünï¢ödé/日本語/файл.txt",
    "emoji 🦆.png",
    "a@b+c=d&e;f,g!h$i'(j)*~k^l`m|n[o]{p}<q>.txt",
    'quo"ted.txt',
    "100%.txt",
    "50%of.txt",
    "...",
    "a/..../b",
    "..a/b..",
    ".hidden/.file",
    "..;/x",
    "ab:c.txt",
    "2026-01-01T00:00:00Z.log",
    "filex:y",
    "images/dog+step+20+timestamp+1700000000000+3f2e-uuid+compressed.webp",
    # What log_image of MLflow 2.11 to 3.9 writes; %10 and %17 look like escapes of control characters.
    "images/dog%step%100%timestamp%1700000000000%zz.png",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_path_is_refused_with_exactly_the_text_clients_know(path: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        file_path(path)
    assert refused.value.message == "Invalid path"


@pytest.mark.parametrize("path", HARMLESS)
def test_an_odd_but_harmless_name_stays_as_it_is(path: str) -> None:
    assert file_path(path) == path


@pytest.mark.parametrize("path", [path for path in HARMLESS if "%" not in path])
def test_escaped_and_plain_names_meet(path: str) -> None:
    assert file_path(quote(path)) == file_path(quote(quote(path))) == path


@pytest.mark.parametrize(
    ("given_path", "normal"),
    [
        ("./a", "a"),
        ("a/./b", "a/b"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("%17.txt", "%17.txt"),
        ("%1F", "%1f"),
        ("a%20b", "a b"),
    ],
)
def test_several_spellings_have_one_normal_form(given_path: str, normal: str) -> None:
    assert file_path(given_path) == normal


@pytest.mark.parametrize(
    ("given_path", "normal"), [(None, ""), ("", ""), (".", ""), ("./", ""), ("a/", "a"), ("./a/b/", "a/b")]
)
def test_a_folder_may_end_in_a_slash_and_nothing_is_the_root(given_path: str | None, normal: str) -> None:
    assert folder_path(given_path) == normal


@pytest.mark.parametrize("path", ["/", "//", "a//", "../", "a/../", "..//", "%2e%2e/"])
def test_a_hostile_folder_is_refused(path: str) -> None:
    with pytest.raises(InvalidRequest):
        folder_path(path)


@pytest.mark.parametrize("path", ["x" * 256, "é" * 128, "/".join(["x" * 99] * 10)])
def test_a_path_no_store_could_hold_is_refused_with_the_limit(path: str) -> None:
    with pytest.raises(InvalidRequest, match="too long"):
        file_path(path)


WORDS = ".. . / // \\ %2e %2E %252e %25 %2f %5c %00 %17 %c0%ae # ? a é e\u0301 C: file: ％ ．． ／ \u037e %"
PIECES = st.sampled_from([*WORDS.split(" "), " ", "\x00", "\ud800", "\ufffd"])
PATHS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join))


@given(PATHS)
@example("%2e%2e/%2e%2e")
def test_whatever_passes_lies_below_the_root(path: str) -> None:
    try:
        normal = file_path(path)
    except InvalidRequest:
        return
    root = "/srv/artifacts/default"
    joined = os.path.normpath(os.path.join(root, normal))
    assert joined == f"{root}/{normal}"
    for decoded in (normal, unquote(normal), unquote(unquote(normal))):
        assert ".." not in decoded.replace("\\", "/").split("/")
        assert not decoded.startswith(("/", "\\"))
    assert not set(normal) & set("#?\\\0")


@given(PATHS)
def test_the_normal_form_is_its_own_normal_form(path: str) -> None:
    try:
        normal = file_path(path)
    except InvalidRequest:
        return
    assert file_path(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)
