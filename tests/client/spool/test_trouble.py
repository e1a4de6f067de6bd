import time
from email.utils import formatdate

import httpx
import pytest

from lazward.errors import InvalidRequest
from lazward.spool import trouble
from lazward.spool.trouble import Refused, Trouble


def answer(status, code="INTERNAL_ERROR", **headers):
    body = {"error_code": code, "message": "why"} if code else None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=named)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507])
def test_what_may_pass_later_is_no_refusal(status):
    assert not trouble.of(answer(status)).shut_out


@pytest.mark.parametrize("status", [401, 403])
def test_whoever_is_not_let_in_may_be_later(status):
    assert trouble.of(answer(status, "PERMISSION_DENIED")).shut_out


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_wrong_request_is_refused_with_the_servers_words(status):
    with pytest.raises(Refused, match="why") as refused:
        trouble.of(answer(status, "INVALID_PARAMETER_VALUE"))
    assert isinstance(refused.value.error, InvalidRequest)


def test_what_does_not_speak_the_protocol_refuses_nothing():
    assert trouble.of(httpx.Response(404, text="<html>no such page")).text
    assert trouble.of(httpx.Response(302, headers={"Location": "/"})).text
    assert trouble.of(answer(404, "ENDPOINT_NOT_FOUND")).text


def test_the_server_says_when_to_come_back():
    assert trouble.of(answer(503, Retry_After="7")).pause >= 7
    later = formatdate(time.time() + 20, usegmt=True)
    assert 15 < trouble.of(answer(429, Retry_After=later)).pause < 25
    assert trouble.of(answer(429, Retry_After="soon")).pause < 1
    assert trouble.of(answer(429, Retry_After="86400")).pause < 1000


def test_pauses_grow_and_differ():
    first, tenth = Trouble("x"), Trouble("x", tries=10)
    assert all(first.pause < tenth.pause for _ in range(20))
    assert len({tenth.pause for _ in range(20)}) > 1
    assert all(Trouble("x", tries=10_000).pause < 60 for _ in range(20))
