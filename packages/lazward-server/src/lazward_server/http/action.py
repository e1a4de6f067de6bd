"""What an endpoint does, in one word that stays: the name under which the audit log tells and finds it."""

_VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "set", "PATCH": "update", "DELETE": "delete"}
_SPOKEN = frozenset(
    "abort complete create delete get list log login logout purge rename restore search set transition update"
    " upload".split()
)


def action_of(method: str, path: str) -> str:
    """The fixed words of a path, and the verb unless the path ends in one.

    ``POST runs/delete`` is ``runs.delete``, and so is ``DELETE runs/{run_id}``.
    """
    words = [word for word in path.split("/") if word and "{" not in word]
    if not words or words[-1].partition("-")[0] not in _SPOKEN:
        words.append(_VERBS.get(method, method.lower()))
    return ".".join(words)
