"""Browser sessions on the wire: the cookies that carry one, and what must stand beside them.

A browser sends its cookies along whoever made it send the request. So a session counts only in requests
from our own pages; one that another site caused is taken as without a credential. On verbs that change
something the header ``X-CSRF-Token`` is needed as well, with the value that the page finds in a cookie of
its own: pages of other sites can neither read that cookie nor set the header. The value follows from the
session's token, so that a cookie planted from elsewhere fits no session.

MLflow's own pages know nothing of that header. Below their address, and only there, the browser's word stands
in its place: it must say itself, in ``Origin``, that a page of ours changes something, and may not say
otherwise in ``Sec-Fetch-Site``. No script can set either; what says neither is refused.

Under https the cookies' names begin with ``__Host-``: browsers then keep other hosts of the same domain, and
pages read over plain http, from setting them.
"""

import hashlib
import hmac
from collections.abc import Mapping

from starlette.requests import cookie_parser
from starlette.responses import Response

from lazward.errors import PermissionDenied, Unauthenticated

SESSION = "lazward_session"
CSRF = "lazward_csrf"
CSRF_HEADER = "X-CSRF-Token"

SCHEME = b" session "
"""What the gate is shown a session's token behind. No header can hold it, since their values are stripped."""

_CSRF_BYTES = CSRF_HEADER.lower().encode()
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SAME = b"same-origin"
_OWN = frozenset({_SAME, b"none"})
"""What browsers put into ``Sec-Fetch-Site`` for our own pages, and for what a person typed."""


class SignedOut(Unauthenticated):
    """The session is over; unlike for scripts, there is no challenge, for which browsers open a window."""


def name(cookie: str, origin: str) -> str:
    """What the cookie is called on a server at this origin."""
    return f"__Host-{cookie}" if _encrypted(origin) else cookie


def read(header: bytes, cookie: str, origin: str) -> str | None:
    """The value of one of our cookies in a request's header."""
    wanted = name(cookie, origin)
    text = header.decode("latin-1")
    return cookie_parser(text).get(wanted) or None if wanted in text else None


def put(
    response: Response,
    cookie: str,
    value: str,
    origin: str,
    *,
    strict: bool = False,
    script: bool = False,
    seconds: int | None = None,
) -> None:
    """Have the browser keep a cookie of ours until it is closed, or for ``seconds``.

    ``strict`` keeps it from requests that other sites cause, links to us among them; ``script`` lets our
    pages' scripts read it.
    """
    response.set_cookie(
        name(cookie, origin),
        value,
        max_age=seconds,
        path="/",
        secure=_encrypted(origin),
        httponly=not script,
        samesite="strict" if strict else "lax",
    )


def drop(response: Response, cookie: str, origin: str) -> None:
    """Have the browser forget a cookie of ours."""
    put(response, cookie, "", origin, seconds=0)


def csrf_of(token: str) -> str:
    """What must come beside the session with this token."""
    return hashlib.sha256(b"csrf " + token.encode("utf-8", "surrogateescape")).hexdigest()


def equal(one: str, other: str) -> bool:
    """Whether two secrets are the same, found out in a time that tells nothing."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def credential(method: str, origin: str, headers: Mapping[bytes, bytes]) -> bytes:
    """What a request shows of who sent it: its authorization header, or else the session in its cookie.

    Raises:
        PermissionDenied: The session's cookie came without what must stand beside it.
    """
    authorization = headers.get(b"authorization")
    if authorization is not None:
        return authorization
    token = _session(origin, headers)
    if token is None:
        # With that header it is a page of ours, whose session is over.
        return SCHEME if _CSRF_BYTES in headers and not _foreign(origin, headers) else b""
    if method not in _SAFE and not _repeats(token, headers):
        raise PermissionDenied(
            f"A browser's session may change things only with the header {CSRF_HEADER}, which holds the value"
            f" of the cookie {name(CSRF, origin)}."
        )
    return SCHEME + token.encode("latin-1")


def credential_of_pages(method: str, origin: str, headers: Mapping[bytes, bytes]) -> bytes:
    """The same for what MLflow's pages send. A page without a session has one that is over.

    Raises:
        PermissionDenied: The browser does not say that a page of ours sent what would change something.
    """
    authorization = headers.get(b"authorization")
    if authorization is not None:
        return authorization
    token = _session(origin, headers)
    if token is None:
        return SCHEME if _from_page(headers) else b""
    if method not in _SAFE and not (_vouched(origin, headers) or _repeats(token, headers)):
        raise PermissionDenied(
            "A browser must say of what changes something that a page of this server sent it."
        )
    return SCHEME + token.encode("latin-1")


def _session(origin: str, headers: Mapping[bytes, bytes]) -> str | None:
    """The token of the browser's session, unless another site caused the request."""
    token = read(headers.get(b"cookie", b""), SESSION, origin)
    return None if token is None or _foreign(origin, headers) else token


def _repeats(token: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether the header that only our pages can set is right."""
    given = headers.get(_CSRF_BYTES, b"").decode("latin-1")
    return equal(given, csrf_of(token))


def _vouched(origin: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether the browser itself says that a page of ours caused the request."""
    sent = headers.get(b"origin", b"").decode("latin-1").lower()
    return sent == origin and headers.get(b"sec-fetch-site", _SAME) == _SAME


def _encrypted(origin: str) -> bool:
    return origin.startswith("https:")


def _from_page(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser's page asks, for which a challenge would open a window."""
    return b"sec-fetch-site" in headers or b"referer" in headers


def _foreign(origin: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether another site caused the request, as far as the browser tells."""
    sent = headers.get(b"origin")
    if sent is not None and sent.decode("latin-1").lower() != origin:
        return True
    return headers.get(b"sec-fetch-site", b"none") not in _OWN
