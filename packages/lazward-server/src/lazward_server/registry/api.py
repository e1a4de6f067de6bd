"""All endpoints of the registry."""

from lazward_server.registry import models_api, versions_api

ENDPOINTS = [*models_api.ENDPOINTS, *versions_api.ENDPOINTS]
