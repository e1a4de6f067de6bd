import pytest

from lazward.errors import TooManyRequests
from lazward_server.auth.attempts import _MOST, Attempts


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def attempts(clock):
    return Attempts(clock)


def fail(attempts, times, name="ada", address="192.0.2.1"):
    for _ in range(times):
        attempts.begin(name, address)


def wait(attempts, name="ada", address="192.0.2.1"):
    with pytest.raises(TooManyRequests) as caught:
        attempts.begin(name, address)
    return caught.value.retry_after


def test_five_may_fail_then_each_waits_twice_as_long_as_the_one_before(attempts, clock):
    fail(attempts, 5)
    waits = []
    for _ in range(14):
        waits.append(wait(attempts))
        clock.now += waits[-1]
        attempts.begin("ada", "192.0.2.1")
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert waits[-1] == 900


def test_a_refused_attempt_does_not_make_the_wait_longer(attempts):
    fail(attempts, 5)
    assert [wait(attempts) for _ in range(50)] == [1] * 50


def test_success_forgives(attempts):
    fail(attempts, 4)
    attempts.succeeded("ada", "192.0.2.1")
    fail(attempts, 5)
    wait(attempts)


def test_nobody_is_locked_out_from_elsewhere(attempts):
    fail(attempts, 5)
    wait(attempts)
    attempts.begin("ada", "192.0.2.2")
    attempts.begin("bob", "192.0.2.1")


def test_one_address_cannot_try_one_password_on_every_name(attempts):
    for number in range(100):
        attempts.begin(f"user{number}", "192.0.2.1")
    wait(attempts, "another")
    attempts.begin("another", "192.0.2.2")


def test_an_account_of_ones_own_does_not_wash_an_address_clean(attempts):
    for number in range(99):
        attempts.begin(f"user{number}", "192.0.2.1")
        if number % 3 == 0:
            attempts.begin("mallory", "192.0.2.1")
            attempts.succeeded("mallory", "192.0.2.1")
    attempts.begin("user99", "192.0.2.1")
    wait(attempts, "user100")


def test_who_once_signed_in_from_an_address_still_may_when_others_there_fail(attempts):
    attempts.begin("ada", "192.0.2.1")
    attempts.succeeded("ada", "192.0.2.1")
    for number in range(100):
        attempts.begin(f"user{number}", "192.0.2.1")
    wait(attempts, "stranger")
    attempts.begin("ada", "192.0.2.1")


def test_an_ipv6_network_counts_as_one_address(attempts):
    fail(attempts, 3, address="2001:db8::1")
    fail(attempts, 2, address="2001:db8::2")
    wait(attempts, address="2001:db8::3")
    attempts.begin("ada", "2001:db8:0:1::1")


def test_failures_are_forgotten_after_an_hour_of_quiet(attempts, clock):
    fail(attempts, 5)
    clock.now += 3602
    fail(attempts, 5)
    wait(attempts)


def test_memory_is_bounded(attempts):
    for number in range(_MOST + 50):
        attempts.begin(f"user{number}", f"address {number}")
        attempts.succeeded(f"user{number}", f"address {number}")
        attempts.begin(f"x{number}", f"address {number}")
    assert len(attempts._failures) <= _MOST
    assert len(attempts._welcome) <= _MOST
