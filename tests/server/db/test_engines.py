"""Which databases are opened."""

import pytest

from lazward.errors import ConfigError
from lazward_server.db import engines


@pytest.mark.parametrize("url", ["sqlite:", "sqlite://", "sqlite:///", "sqlite:x", "sqlite:///:memory:"])
def test_no_file_is_made_of_an_address_without_one(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="names no file; write sqlite:///PATH"):
        engines.create(url).connect()
    assert list(tmp_path.iterdir()) == []
