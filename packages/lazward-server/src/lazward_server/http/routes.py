"""From a path to an endpoint: a dictionary for paths without parameters, patterns for the rest."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from starlette.routing import compile_path

from lazward.errors import EndpointNotFound, MethodNotAllowed
from lazward_server.http.endpoint import Endpoint

_WORKSPACES = "/workspaces/"
_PAGES = "/mlflow"
"""Where MLflow's own pages are. They name all that they call relatively to themselves."""
_CALLED = (f"{_PAGES}/ajax-api/", f"{_PAGES}/get-artifact", f"{_PAGES}/model-versions/get-artifact")
"""What they call that is served outside as well, by the same rows."""


class Place(NamedTuple):
    """What a path leads to.

    Attributes:
        workspace: The one that it names in front; None where it names none.
        path: Where the routes know the endpoint.
        pages: Whether it lies below MLflow's pages, whose session needs no header of ours beside it.
    """

    workspace: str | None
    path: str
    pages: bool


class Routes:
    """All endpoints at all their paths."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._static: dict[str, dict[str, Endpoint]] = {}
        patterns: dict[str, dict[str, Endpoint]] = {}
        for path, endpoint in _paths(endpoints):
            table = patterns if "{" in path else self._static
            verbs = table.setdefault(path, {})
            if verbs.setdefault(endpoint.method, endpoint) is not endpoint:
                raise ValueError(f"{endpoint.method} {path} is declared twice")
        # Longer literal beginnings first, so that a file's path cannot shadow a more exact route.
        ordered = sorted(patterns, key=lambda p: -len(p.split("{", maxsplit=1)[0]))
        compiled = [(compile_path(path), patterns[path]) for path in ordered]
        self._patterns = [(pattern, convertors, verbs) for (pattern, _, convertors), verbs in compiled]

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
        """The endpoint and its path parameters.

        Raises:
            EndpointNotFound: No endpoint has this path.
            MethodNotAllowed: Endpoints have it, none with this verb.
        """
        verbs = self._static.get(path)
        found: dict[str, str] = {}
        if verbs is None:
            verbs, found = self._match(path)
        endpoint = verbs.get(method)
        if endpoint is None:
            raise MethodNotAllowed(f"{method} is not possible here; try {', '.join(sorted(verbs))}.")
        return endpoint, found

    def _match(self, path: str) -> tuple[dict[str, Endpoint], dict[str, str]]:
        for pattern, convertors, verbs in self._patterns:
            if match := pattern.match(path):
                return verbs, {
                    name: convertors[name].convert(text) for name, text in match.groupdict().items()
                }
        raise EndpointNotFound(f"No endpoint at {path}.")


def place(path: str) -> Place:
    """What a path leads to: ``/workspaces/NAME/rest`` to ``/rest`` of a workspace, all else of the default.

    ``/mlflow/ajax-api/rest`` is ``/ajax-api/rest``, asked by MLflow's pages.
    """
    workspace = None
    if path.startswith(_WORKSPACES):
        workspace, slash, rest = path[len(_WORKSPACES) :].partition("/")
        path = slash + rest
    pages = path.startswith(_PAGES + "/")
    return Place(workspace, path.removeprefix(_PAGES) if path.startswith(_CALLED) else path, pages)


def _paths(endpoints: Iterable[Endpoint]) -> Iterator[tuple[str, Endpoint]]:
    for endpoint in endpoints:
        for prefix in endpoint.under:
            yield prefix + endpoint.path, endpoint
