"""The same request to two servers, and their answers side by side.

Requests are symbolic: ids that servers hand out stand in them as ``<run 3>``. Each side fills in its own
id, and in its answer the id becomes the symbol again, so that answers can be compared.
"""

import itertools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

import allowed
from normal import normal, shown, unequal
from texts import texts_agree

API = "/api/2.0/mlflow/"
MAKES = {
    API + "experiments/create": ("experiment", ("experiment_id",)),
    API + "runs/create": ("run", ("run", "info", "run_id")),
    API + "logged-models": ("model", ("model", "info", "model_id")),
}
"""Where ids are handed out: the kind of thing, and where in the answer its id stands."""
JSON = {"Content-Type": "application/json"}


@dataclass
class Answer:
    """What one server said.

    Attributes:
        status: HTTP status.
        body: Parsed JSON where it is JSON, else the bytes.
        headers: By lower-case name.
    """

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The protocol's error code, "" if there is none."""
        return self.body.get("error_code", "") if isinstance(self.body, dict) else ""

    @property
    def text(self) -> str:
        """The message of an error."""
        return self.body.get("message", "") if isinstance(self.body, dict) else ""


@dataclass
class Exchange:
    """A symbolic request, and both answers with ids made symbolic."""

    method: str
    path: str
    query: Any
    body: Any
    ours: Answer
    genuine: Answer
    wrong: Any = ""
    """What the test did to the request so that it is not a right one: a word, or a fault."""
    made: str | None = None
    """The symbol for what the request has made."""

    @property
    def ok(self) -> bool:
        return self.ours.status == self.genuine.status == 200

    def __str__(self) -> str:
        lines = [f"{self.method} {self.path} {self.query or ''}", f"request  {shown(self.body)}"]
        lines += [f"wrong    {self.wrong}"] if self.wrong else []
        for name, answer in (("ours   ", self.ours), ("genuine", self.genuine)):
            lines.append(f"{name}  {answer.status} {shown(answer.body)}")
        lines += [f"at       {place}" for place in unequal(normal(self.ours), normal(self.genuine))]
        return "\n".join(lines)


@dataclass
class Side:
    """One server: where it is, and which id it gave to which symbol."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, query: Any, body: Any, headers: dict[str, str]) -> Answer:
        """Send a symbolic request."""
        path = self._concrete(path) + ("?" + urlencode(self._concrete(query), doseq=True) if query else "")
        if isinstance(body, bytes):
            body = self._concrete(body.decode("latin-1")).encode("latin-1")
        elif body is not None:
            body = json.dumps(self._concrete(body)).encode()
        return self._send(method, path, body, self.headers | headers)

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        # A connection for each request: a kept one stalls for 40 ms on a server without TCP_NODELAY.
        link = HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            link.request(method, path, body, headers)
            got = link.getresponse()
            data = got.read()
        except (OSError, HTTPException) as error:
            return Answer(0, repr(error).encode(), {})
        finally:
            link.close()
        return Answer(got.status, _parsed(data), {k.lower(): v for k, v in got.getheaders()})

    def _concrete(self, value: Any) -> Any:
        """The value with this side's ids in place of symbols."""
        if isinstance(value, str):
            return re.sub(r"<\w+ \d+>", lambda m: self.ids.get(m[0], m[0]), value)
        return _mapped(self._concrete, value)

    def symbolic(self, answer: Answer) -> Answer:
        """The answer with symbols in place of this side's ids."""
        long = [(given, symbol) for symbol, given in self.ids.items() if len(given) > 30]
        numbers = {given: symbol for symbol, given in self.ids.items() if symbol.startswith("<experiment")}

        def symbolic(value: Any, key: str = "") -> Any:
            if isinstance(value, dict):
                return {symbolic(k): symbolic(v, k) for k, v in value.items()}
            if isinstance(value, list):
                return [symbolic(item, key) for item in value]
            if not isinstance(value, str):
                return value
            if key == "experiment_id":
                return numbers.get(value, value)
            for given, symbol in long:
                value = value.replace(given, symbol)
            return re.sub(r"(?<=mlflow-artifacts:/)\d+(?=/|$)", lambda m: numbers.get(m[0], m[0]), value)

        return Answer(answer.status, symbolic(answer.body), answer.headers)


class Difference(AssertionError):
    """The servers answer differently, and the table of allowed differences does not have it."""


class Pair:
    """Two servers that are asked the same."""

    def __init__(self, ours: Side, genuine: Side) -> None:
        self._sides = (ours, genuine)
        self._numbers = itertools.count()
        self.differences: list[Exchange] | None = None
        """Where to collect differences instead of stopping at the first one."""

    def unique(self, kind: str) -> str:
        """A name that no earlier example has used."""
        return f"{kind}-{next(self._numbers):05d}"

    def learn(self, kind: str, exchange: Exchange, *keys: str) -> str:
        """The symbol for the id that both servers have just handed out, found under these keys."""
        return self._learn(kind, (exchange.ours, exchange.genuine), keys)

    def make(self, path: str, body: Any) -> str | None:
        """POST what makes a thing; the symbol for it, None if it was refused."""
        made = self.api("POST", path, body)
        return made.made

    def api(self, method: str, path: str, body: Any = None, query: Any = None, wrong: Any = "") -> Exchange:
        """Ask below /api/2.0/mlflow/."""
        return self.ask(method, API + path, body, query, wrong=wrong)

    def ask(
        self, method: str, path: str, body: Any = None, query: Any = None, *, wrong: Any = "", **headers: str
    ) -> Exchange:
        """Send the request to both and compare.

        Raises:
            Difference: The answers differ and nobody has said that they may.
        """
        kind = {} if body is None or isinstance(body, bytes) else JSON
        exchange = self._exchange(method, path, query, body, kind | headers, wrong)
        self._compare(exchange)
        return exchange

    def _exchange(self, method, path, query, body, headers, wrong) -> Exchange:
        answers = [side.ask(method, path, query, body, headers) for side in self._sides]
        made = None
        if method == "POST" and path in MAKES and all(answer.status == 200 for answer in answers):
            kind, keys = MAKES[path]
            made = self._learn(kind, answers, keys)
        both = (side.symbolic(answer) for side, answer in zip(self._sides, answers, strict=True))
        return Exchange(method, path, query, body, *both, wrong, made)

    def _learn(self, kind: str, answers: Iterable[Answer], keys: tuple[str, ...]) -> str:
        symbol = f"<{kind} {next(self._numbers)}>"
        for side, answer in zip(self._sides, answers, strict=True):
            found = answer.body
            for key in keys:
                found = found[key]
            side.ids[symbol] = found
        return symbol

    def _compare(self, exchange: Exchange) -> None:
        ours, genuine = exchange.ours, exchange.genuine
        # With several things wrong at once either may be told.
        same_text = texts_agree(ours.text, genuine.text) or getattr(exchange.wrong, "kind", "") in (
            "type",
            "body",
        )
        if normal(ours) != normal(genuine) or not same_text:
            self._judge(exchange)

    def _judge(self, exchange: Exchange) -> None:
        if allowed.find(exchange):
            return
        if self.differences is None:
            raise Difference(f"\n{exchange}")
        self.differences.append(exchange)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data


def _mapped(function: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return {function(k): function(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [function(item) for item in value]
    return value
