"""Tokens to a tree, by recursive descent.

    either     = all { OR all }
    all        = term { AND term }
    term       = NOT term | "(" either ")" | comparison
    comparison = name operator value | name [NOT] IN "(" string { "," string } ")" | name IS [NOT] NULL

MLflow's language has only comparisons joined by AND; OR, NOT and parentheses are an extension. A name is
``entity.key``, or the name of an attribute alone; ``names.py`` says what it means.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from lazward.errors import InvalidRequest
from lazward_server.tracking.search import names, values
from lazward_server.tracking.search.lex import Kind, Token, UnreadableError, lex, shown
from lazward_server.tracking.search.tree import And, Comparison, Node, Not, Or
from lazward_server.tracking.search.vocabulary import Vocabulary

MAX_COMPARISONS = 500
MAX_DEPTH = 16
"""Both keep a filter well inside what the databases' own parsers take."""

MAX_LISTED = 10_000
"""Strings in all lists together; SQLite takes 32,766 values in a statement."""


def parse(text: str, vocabulary: Vocabulary) -> Node | None:
    """The tree of a filter, None for an empty one.

    Raises:
        InvalidRequest: It is no filter, or says what the vocabulary does not know.
    """
    if not text:
        return None
    if text.isspace():
        raise InvalidRequest(f"Invalid filter '{shown(text)}'. Could not be parsed.")
    try:
        return _Parser(text, vocabulary).filter()
    except UnreadableError as error:
        raise _clause_error(error.text, (error.at, len(error.text)), error.reason) from error


def _clause_error(text: str, place: tuple[int, int], reason: str) -> InvalidRequest:
    """The error for text that has no business where it stands."""
    where = f"'{shown(text)}' at position {place[0]}"
    return InvalidRequest(f"Invalid clause(s) in filter string: {where}: {reason}.", place)


class _Parser:
    """The state of one descent: the next token, and what was counted so far."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._tokens = lex(text)
        self._vocabulary = vocabulary
        self._depth = 0
        self._comparisons = 0
        self._listed = 0
        self._next = next(self._tokens)

    def filter(self) -> Node:
        tree = self._either()
        if not self._at(Kind.END):
            raise _unexpected(self._next, "expected AND, OR or the end")
        return tree

    # ------------------------------------------------------------------ joining

    def _either(self) -> Node:
        terms = self._joined("OR", self._all)
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _all(self) -> Node:
        terms = self._joined("AND", self._term)
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _joined(self, word: str, part: Callable[[], Node]) -> list[Node]:
        terms = [part()]
        while self._next.says(word):
            self._take()
            terms.append(part())
        return terms

    def _term(self) -> Node:
        if self._next.says("NOT"):
            return Not(self._nested(self._take(), self._term))
        if self._at(Kind.OPEN):
            tree = self._nested(self._take(), self._either)
            self._expect(Kind.CLOSE, "expected AND, OR or the closing parenthesis")
            return tree
        return self._comparison()

    def _nested(self, opening: Token, part: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _unexpected(opening, f"a filter may be nested at most {MAX_DEPTH} deep")
        tree = part()
        self._depth -= 1
        return tree

    # ------------------------------------------------------------------ comparisons

    def _comparison(self) -> Comparison:
        name = self._name()
        operator = self._operator()
        with _placed(name):
            entity, field, domain = names.resolve(name, self._vocabulary.entities)
        if operator.startswith("IS "):
            with _placed(name):
                names.require(name, operator, entity, domain)
            return Comparison(field, operator, None)
        first = self._next
        value = self._list(operator) if operator.endswith("IN") else self._take()
        with _placed(first, self._next if isinstance(value, list) else None):
            checked = values.check(value, entity, field, domain)
        with _placed(name):
            names.require(name, operator, entity, domain)
        return Comparison(field, operator, checked)

    def _name(self) -> Token:
        self._comparisons += 1
        if self._comparisons > MAX_COMPARISONS:
            raise _unexpected(self._next, f"a filter may have at most {MAX_COMPARISONS} comparisons")
        token = self._take()
        if token.kind is Kind.NAME or (token.kind is Kind.STRING and token.text[0] == '"'):
            return token
        if token.kind in (Kind.STRING, Kind.NUMBER):
            raise InvalidRequest(
                f"Invalid comparison clause. Expected 'Identifier' found '{shown(token.text)}'"
                f" at position {token.at}.",
                (token.at, len(token.text)),
            )
        raise _unexpected(token, "expected a name to compare")

    def _operator(self) -> str:
        token = self._take()
        if token.kind is Kind.OPERATOR:
            return token.text
        if token.says("LIKE", "ILIKE", "IN"):
            return token.text.upper()
        if token.says("NOT") and self._next.says("LIKE", "ILIKE", "IN"):
            return f"NOT {self._take().text.upper()}"
        if token.says("IS"):
            return self._presence()
        raise _unexpected(token, "expected an operator such as =, != or LIKE")

    def _presence(self) -> str:
        negated = self._next.says("NOT")
        if negated:
            self._take()
        token = self._take()
        if not token.says("NULL"):
            raise _unexpected(token, "expected IS NULL or IS NOT NULL")
        return "IS NOT NULL" if negated else "IS NULL"

    def _list(self, operator: str) -> list[Token]:
        self._expect(Kind.OPEN, f"{operator} needs a list in parentheses")
        listed: list[Token] = []
        while not self._at(Kind.CLOSE):
            listed.append(self._take())
            self._count_listed(listed[-1])
            if not self._at(Kind.CLOSE):
                self._expect(Kind.COMMA, values.ILL_FORMED)
        self._take()
        return listed

    def _count_listed(self, token: Token) -> None:
        self._listed += 1
        if self._listed > MAX_LISTED:
            raise _unexpected(token, f"the lists of a filter may hold at most {MAX_LISTED} strings")

    # ------------------------------------------------------------------ tokens

    def _take(self) -> Token:
        token = self._next
        if token.kind is not Kind.END:
            self._next = next(self._tokens)
        return token

    def _at(self, kind: Kind) -> bool:
        return self._next.kind is kind

    def _expect(self, kind: Kind, reason: str) -> None:
        token = self._take()
        if token.kind is not kind:
            raise _unexpected(token, reason)


def _unexpected(token: Token, reason: str) -> InvalidRequest:
    return _clause_error(token.text or "end of the filter", (token.at, len(token.text)), reason)


@contextmanager
def _placed(token: Token, following: Token | None = None) -> Generator[None]:
    """Errors are about this token, or all up to the one that follows, unless they say otherwise."""
    try:
        yield
    except InvalidRequest as error:
        length = following.at - token.at if following else len(token.text)
        error.place = error.place or (token.at, length)
        raise
