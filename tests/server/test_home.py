"""What tells one server's home from another's."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lazward.errors import ConfigError
from lazward_server import home


def test_a_home_has_one_identity_for_good(tmp_path):
    first = home.identity(tmp_path)
    assert len(first) == 32
    assert home.identity(tmp_path) == first
    assert [file.name for file in tmp_path.iterdir()] == ["host"]
    (tmp_path / "other").mkdir()
    assert home.identity(tmp_path / "other") != first


def test_processes_that_begin_at_once_agree(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(home.identity, [tmp_path] * 32))) == 1


def test_one_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"Cannot use .*missing"):
        home.identity(tmp_path / "missing")
