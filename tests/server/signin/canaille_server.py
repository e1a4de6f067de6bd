"""Canaille, an OpenID Connect provider, with some people, a group and one client, until it is stopped.

    python canaille_server.py PORT REDIRECT_URI...

Runs in an environment of its own (``provider.py``), not in that of the tests.
"""

import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.backends.memory.backend import MemoryBackend
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

_any_of = MemoryBackend.do_query


def all_of(self, model, *_args, **conditions):
    """What fulfils all conditions; the backend's own finds what fulfils any, so another sign-in's code."""
    found = [
        {one.id: one for one in _any_of(self, model, **{name: value})} for name, value in conditions.items()
    ]
    ids = set.intersection(*map(set, found)) if found else set()
    return [found[0][one] for one in ids] if found else _any_of(self, model)


MemoryBackend.do_query = all_of


def main(port: int, redirect_uris: list[str]) -> None:
    address = f"127.0.0.1:{port}"
    app = create_app(
        {
            "SECRET_KEY": "a secret of one test",
            "SERVER_NAME": address,
            "PREFERRED_URL_SCHEME": "http",
            "TESTING": False,
            "CANAILLE": {
                "DATABASE": "memory",
                "SMTP": None,
                "LOGGING": None,
                "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"], "READ": ["user_name"], "WRITE": []}},
            },
            "CANAILLE_OIDC": {
                "ACTIVE_JWKS": [RSAKey.generate_key(2048).as_dict(private=True)],
                "USERINFO_MAPPING": {"PREFERRED_USERNAME": "{{ user.user_name }}"},
            },
        }
    )
    with app.app_context(), Backend.instance.session():
        fill(address, redirect_uris)
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


def fill(address: str, redirect_uris: list[str]) -> None:
    save = Backend.instance.save
    people = [
        models.User(
            user_name=name,
            formatted_name=name.title(),
            family_name=name.title(),
            emails=[f"{name}@example.com"],
            password=f"password of {name}",
        )
        for name in ("ada", "max", "eve", "administrator")
    ]
    for person in people:
        save(person)
    save(models.Group(display_name="vision", members=[people[0]]))
    client = models.Client(
        client_id="lazward",
        client_secret="the client's secret",
        client_name="Lazward",
        client_uri=f"http://{address}",
        redirect_uris=redirect_uris,
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid", "profile", "email", "groups"],
        token_endpoint_auth_method="client_secret_basic",
    )
    save(client)
    client.audience = [client]
    save(client)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
