"""What all messages have in common: how they are declared, encoded and which limits recur.

A message is a ``msgspec.Struct``. Fields without a default are required; a field that is ``None`` or an
empty list is left out of the answer, as MLflow's protobuf JSON does. Limits stand in the types, so the
decoder checks them while it reads.
"""

from typing import Annotated, Any, ClassVar

import msgspec

MAX_FLOAT = 1.7976931348623157e308
"""Infinities are stored and answered as this, as MLflow does, since JSON numbers have no infinity."""

Text = Annotated[str, msgspec.Meta(min_length=1)]
"""A required string: the protocol counts an empty one as missing."""

Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Millis = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""Milliseconds since the epoch, not negative."""

Finite = Annotated[float, msgspec.Meta(ge=-MAX_FLOAT, le=MAX_FLOAT)]


class Request(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A message from a client.

    Unknown fields are legal on the wire. They are forbidden here only so that the quick decoder hands
    every message with a surprise in it to the lenient one, which knows aliases and camelCase.
    """

    aliases: ClassVar[dict[str, str]] = {"run_uuid": "run_id"}


class Ask(Request, frozen=True):
    """A question or an order that needs no more words than its address."""


class Answer(msgspec.Struct, omit_defaults=True):
    """A message to a client."""


class Empty(Answer):
    """The answer ``{}``."""


class KeyValue(msgspec.Struct, frozen=True):
    """A tag or a parameter as it travels. An empty value is legal."""

    key: Text
    value: str = ""


def encode(message: Any) -> bytes:
    """The message as JSON."""
    return _encoder.encode(message)


_encoder = msgspec.json.Encoder()
