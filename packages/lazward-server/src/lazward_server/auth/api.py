"""All endpoints about who may come in and what they may do."""

from lazward_server.auth import login_api, members_api, tokens_api, users_api

ENDPOINTS = [
    *login_api.ENDPOINTS,
    *users_api.ENDPOINTS,
    *tokens_api.ENDPOINTS,
    *members_api.ENDPOINTS,
]
