"""All pages."""

from lazward_server.signin import device_page, login, oidc

ENDPOINTS = [*login.ENDPOINTS, *oidc.ENDPOINTS, *device_page.ENDPOINTS]
