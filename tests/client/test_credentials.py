import os
import stat
import subprocess
import sys

import pytest

from lazward.client import credentials
from lazward.errors import ConfigError

A, B = "http://127.0.0.1:8421", "https://ml.example.com"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_each_server_has_its_own_token():
    credentials.save(A, "one")
    credentials.save(B, "two")
    assert credentials.read(A) == credentials.read("http://localhost:8421/") == "one"
    assert credentials.read(B) == credentials.read("https://ML.example.com:443") == "two"
    assert credentials.read("http://127.0.0.1:8422") is None
    assert credentials.servers() == ["http://127.0.0.1:8421", "https://ml.example.com:443"]


def test_a_new_token_replaces_and_forget_removes():
    credentials.save(A, "one")
    credentials.save(A, "two")
    assert credentials.read(A) == "two"
    assert credentials.forget(A)
    assert not credentials.forget(A)
    assert credentials.read(A) is None


def test_file_and_folder_are_private_whatever_the_umask():
    before = os.umask(0)
    try:
        file = credentials.save(A, "one")
        credentials.save(A, "two")
    finally:
        os.umask(before)
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700
    assert [path.name for path in file.parent.iterdir() if "credentials-" in path.name] == []


@pytest.mark.parametrize("loose", [0o640, 0o604, 0o666])
def test_a_file_others_can_read_is_refused_with_the_remedy(loose):
    file = credentials.save(A, "one")
    file.chmod(loose)
    for act in (
        lambda: credentials.read(A),
        lambda: credentials.save(A, "two"),
        lambda: credentials.forget(A),
    ):
        with pytest.raises(ConfigError, match="chmod 600") as caught:
            act()
        assert str(file) in str(caught.value)
        assert "one" not in str(caught.value)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"http://a:1": "token"}', '{"http://a:1": {"token": 1}}']
)
def test_a_broken_file_is_named(content):
    file = credentials.save(A, "one")
    file.write_text(content)
    with pytest.raises(ConfigError, match="not a valid credentials file"):
        credentials.read(A)


def test_without_a_folder_of_ones_own_it_lies_in_the_users_configuration(monkeypatch, tmp_path):
    monkeypatch.delenv("LAZWARD_CONFIG_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert "lazward" in credentials.path().parts
    assert tmp_path in credentials.path().parents


def test_processes_that_save_at_once_lose_nothing():
    script = "import sys; from lazward.client import credentials\n"
    script += "for port in range(5): credentials.save(f'http://{sys.argv[1]}:{port + 1}', 't')"
    running = [subprocess.Popen([sys.executable, "-c", script, f"host{n}"]) for n in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    assert len(credentials.servers()) == 20
