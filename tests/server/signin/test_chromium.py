"""The pages in a real browser, which has its own mind about cookies, policies and where forms may lead."""

import contextlib
import shutil

import pytest

from tests.server.signin.browser import Browser
from tests.server.signin.conftest import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver (Debian has them)"),
]


@pytest.fixture
def chromium(tmp_path):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=390,844"):
        options.add_argument(option)
    options.add_argument(f"--user-data-dir={tmp_path / 'profile'}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    driver.implicitly_wait(20)
    yield driver
    driver.quit()


@contextlib.contextmanager
def another_page(chromium):
    """Waits at the end of the block until what is done in it has led to another page."""
    from selenium.webdriver.support.expected_conditions import staleness_of
    from selenium.webdriver.support.ui import WebDriverWait

    before = chromium.find_element("tag name", "html")
    yield
    WebDriverWait(chromium, 20).until(staleness_of(before))


def fill(chromium, **fields):
    """Type into the page's form, press its first button, and wait until another page is there."""
    for name, text in fields.items():
        chromium.find_element("name", name).send_keys(text)
    press(chromium, "form:last-of-type button")


def press(chromium, button):
    """Press a button, and wait until another page is there."""
    with another_page(chromium):
        chromium.find_element("css selector", button).click()


def text(chromium):
    return chromium.find_element("tag name", "body").text


def complaints(chromium):
    """What the browser would not do, such as load what the policy forbids."""
    return [line["message"] for line in chromium.get_log("browser") if "favicon" not in line["message"]]


def test_a_person_signs_in_lets_a_machine_in_and_signs_out(each_server, chromium, person):
    with each_server.client() as client:
        started = client.post("/api/v1/device", json={"machine": "node-7"}).json()
        name = person()
        chromium.get(started["verification_uri_complete"])
        fill(chromium, name=name, password=PASSWORD)
        assert started["user_code"] in text(chromium)
        shape = "return getComputedStyle(document.querySelector('main')).borderRadius"
        assert chromium.execute_script(shape) != "0px"  # the style sheet is there
        press(chromium, "button[value=allow]")
        assert "is signed in" in text(chromium)
        polled = client.post("/api/v1/device/token", json={"device_code": started["device_code"]}).json()
        assert polled["user"] == name
    chromium.get(each_server.url + "/account")
    assert f"You are signed in as {name}" in text(chromium)
    fill(chromium)
    assert "Sign in" in text(chromium)
    assert complaints(chromium) == []


def test_a_person_signs_in_through_the_provider(oidc_server, chromium):
    chromium.get(oidc_server.url + "/login?next=/device")
    chromium.find_element("css selector", "a.button").click()
    chromium.find_element("name", "login").send_keys("ada\n")
    chromium.find_element("name", "password").send_keys("password of ada\n")
    chromium.find_element("name", "user_code")
    assert chromium.current_url == oidc_server.url + "/device"
    chromium.get(oidc_server.url + "/account")
    assert "You are signed in as ada" in text(chromium)


def test_scripts_of_our_own_pages_may_call_the_api_and_others_not(each_server, chromium, person):
    call = """
        const done = arguments[arguments.length - 1];
        fetch(arguments[0] + '/api/2.0/mlflow/experiments/search', {
            method: 'POST', credentials: 'include', body: '{"max_results": 1}',
            headers: Object.assign({'Content-Type': 'application/json'},
                arguments[1] ? {'X-CSRF-Token': document.cookie.split('lazward_csrf=')[1].split(';')[0]} : {})
        }).then(answer => done(answer.status), error => done(String(error)))
    """
    name = person(administrator=True)
    chromium.get(each_server.url + "/login?next=/account")
    fill(chromium, name=name, password=PASSWORD)
    assert f"signed in as {name}" in text(chromium)
    # The pages themselves may call nothing, as their policy says; any other answer of the server's stands in.
    chromium.get(each_server.url + "/version")
    assert chromium.execute_async_script(call, each_server.url, True) == 200
    assert chromium.execute_async_script(call, each_server.url, False) == 403
    assert "lazward_session" not in chromium.execute_script("return document.cookie")
    other = Browser(each_server.url.replace("127.0.0.1", "localhost"))
    chromium.get(str(other.client.base_url) + "/version")
    assert "Failed to fetch" in chromium.execute_async_script(call, each_server.url, False)
