"""Write docs/reference/openapi.json, the description of our own API; run by ``make openapi``."""

from pathlib import Path

from lazward_server.app import ENDPOINTS
from lazward_server.http import openapi

(Path(__file__).parents[1] / "docs" / "reference" / "openapi.json").write_text(openapi.text(ENDPOINTS))
