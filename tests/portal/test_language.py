"""The portal in Japanese: by the browser's languages or by choice."""

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("locale", "heading"), [("ja-JP", "実験"), ("en-GB", "Experiments"), ("fr-FR", "Experiments")]
)
def test_the_browsers_language_is_spoken(portal_server, visit, locale, heading):
    portal = visit(portal_server, locale=locale).open("/experiments")
    portal.page.get_by_role("heading", name=heading).wait_for()
    assert portal.page.locator("html").get_attribute("lang") == locale[:2].replace("fr", "en")


def test_another_one_is_chosen_and_kept(portal_server, visit):
    portal = visit(portal_server, locale="en-US").open("/jobs")
    portal.page.get_by_role("button", name="日本語").click()
    portal.page.get_by_role("heading", name="ジョブ").wait_for()
    portal.open("/compute")
    portal.page.get_by_role("heading", name="コンピューティング").wait_for()
    portal.page.get_by_role("button", name="English").click()
    portal.page.get_by_role("heading", name="Compute").wait_for()


def test_nothing_keeps_people_out_in_japanese(portal_server, visit, look):
    portal = visit(portal_server, locale="ja-JP", **look).open("/experiments")
    portal.page.get_by_role("heading", name="実験").wait_for()
    assert portal.barriers() == []
