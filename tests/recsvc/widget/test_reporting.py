"""Views and clicks: what is told to the service, when, and what is kept about whom."""

from __future__ import annotations

from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.recsvc.widget.conftest import Page
from tests.recsvc.widget.site import Site

SLATE = '<rec-slate placement="product_cross_sell" item="sku/004" layout="grid-3"></rec-slate>'
VIEWED, CLICKED = "recommendation_viewed", "recommendation_clicked"


def follow(page: Page) -> dict[str, Any]:
    """Clicks the first link of the slate; returns its item."""
    root = page.browser.find_element(By.CSS_SELECTOR, "rec-slate").shadow_root
    link = root.find_element(By.CSS_SELECTOR, "a")
    (item,) = [item for item in page.items() if item["title"] == link.text]
    link.click()
    return item


def test_what_was_looked_at_is_reported_once(page: Page, site: Site) -> None:
    page.browser.resize(1000, 1400)
    page.ready(SLATE)
    items = page.items()
    (recommendation,) = page.browser.execute_script("return window.loaded.map((one) => one.recommendation_id)")
    events = site.events(VIEWED, len(items))
    assert [event["item_id"] for event in events] == [item["item_id"] for item in items]
    assert {event["recommendation_id"] for event in events} == {recommendation}
    assert {event["placement"] for event in events} == {"product_cross_sell"}
    assert len({event["event_id"] for event in events}) == len(events)
    assert len({event["anonymous_id"] for event in events}) == 1
    (request,) = site.asked("/v1/events")
    assert request.path == f"/v1/events?key={page.key}"
    assert request.headers["Content-Type"] == "text/plain"
    assert "Authorization" not in request.headers
    page.browser.execute_script("scrollTo(0, 5000)")
    page.browser.execute_script("scrollTo(0, 0)")
    page.browser.execute_async_script("setTimeout(arguments[0], 2500)")
    assert len(site.events(VIEWED)) == len(items)


def test_what_nobody_looked_at_is_not_reported(page: Page, site: Site) -> None:
    page.browser.resize(1000, 400)
    page.tail = '<div style="height:3000px"></div>'
    page.ready(f'<div style="height:250px"></div>{SLATE}')
    # Less than half of the upper tiles is in sight, and the lower ones only for a moment.
    page.browser.execute_async_script("setTimeout(arguments[0], 2500)")
    assert site.asked("/v1/events") == []
    page.browser.execute_script("scrollTo(0, 400)")
    page.browser.execute_async_script("setTimeout(arguments[0], 300)")
    page.browser.execute_script("scrollTo(0, 3000)")
    page.browser.execute_async_script("setTimeout(arguments[0], 2500)")
    assert site.asked("/v1/events") == []


def test_a_click_is_reported_before_the_page_goes(page: Page, site: Site) -> None:
    page.ready(SLATE)
    (recommendation,) = page.browser.execute_script("return window.loaded.map((one) => one.recommendation_id)")
    item = follow(page)
    (event,) = site.events(CLICKED)
    assert (event["item_id"], event["recommendation_id"]) == (item["item_id"], recommendation)
    page.browser.until("return document.title == 'Elsewhere'")
    assert f"recommendation_id={recommendation}" in page.browser.current_url


def test_a_click_by_keyboard_counts_and_the_page_is_told(page: Page, site: Site) -> None:
    page.ready(SLATE)
    page.browser.execute_script("addEventListener('click', (event) => event.preventDefault())")
    page.inside("root.querySelector('a').focus()")
    page.browser.switch_to.active_element.send_keys(Keys.ENTER)
    (event,) = site.events(CLICKED)
    (told,) = page.browser.execute_script("return window.clicked")
    assert told["item"]["item_id"] == event["item_id"]


def test_a_click_beside_the_links_is_none(page: Page, site: Site) -> None:
    page.ready(SLATE)
    page.inside("root.querySelector('[part~=header]').click(); root.querySelector('li').click()")
    page.browser.get("about:blank")
    assert [event for request in site.asked("/v1/events") for event in request.content["events"]] == []


def test_a_click_in_the_shop_s_template_counts(page: Page, site: Site) -> None:
    page.ready("""<rec-slate placement="trending"><template><a data-field="link"><b data-field="title"></b></a>
        </template></rec-slate>""")
    page.browser.find_element(By.CSS_SELECTOR, "rec-slate a[href]").click()
    (event,) = site.events(CLICKED)
    assert event["placement"] == "trending"


STORED = "return [document.cookie, Object.keys(localStorage), Object.keys(sessionStorage)]"


def test_without_consent_nothing_is_kept(page: Page, site: Site) -> None:
    seen = set()
    for count in (1, 2):
        page.ready(SLATE)
        follow(page)
        seen.add(site.events(CLICKED, count)[-1]["anonymous_id"])
        assert page.browser.execute_script(STORED) == ["", [], []]
    assert len(seen) == 2
    assert page.browser.execute_cdp_cmd("Network.getAllCookies", {})["cookies"] == []


def test_with_consent_a_visitor_is_known_on_the_next_page_until_it_is_taken_back(page: Page, site: Site) -> None:
    page.script = "data-consent"
    seen = []
    for count in (1, 2):
        page.ready(SLATE)
        follow(page)
        seen.append(site.events(CLICKED, count)[-1]["anonymous_id"])
    assert seen[0] == seen[1]
    page.ready(SLATE)
    assert page.browser.execute_script(STORED) == ["", ["recsvc_anonymous_id"], []]
    page.browser.execute_script("document.dispatchEvent(new CustomEvent('rec-consent', {detail: false}))")
    assert page.browser.execute_script(STORED) == ["", [], []]


def test_consent_may_come_later(page: Page) -> None:
    page.script = 'data-consent="false"'
    page.ready(SLATE)
    assert page.browser.execute_script(STORED) == ["", [], []]
    page.browser.execute_script("document.dispatchEvent(new CustomEvent('rec-consent', {detail: true}))")
    assert page.browser.execute_script(STORED) == ["", ["recsvc_anonymous_id"], []]
    page.browser.execute_script("localStorage.clear()")
