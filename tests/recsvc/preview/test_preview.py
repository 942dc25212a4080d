"""The preview, as a person would use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from models.placements import default_placements
from tests.browser import Browser
from tests.engines import Learned
from tests.services import Running

Opened = Callable[[str], Browser]


def tab(browser: Browser, name: str, awaited: str) -> None:
    browser.find_element(By.ID, f"tab-{name}").click()
    browser.until(f"return document.querySelector({awaited!r})")


def texts(browser: Browser, selector: str) -> list[str]:
    return [found.text for found in browser.find_elements(By.CSS_SELECTOR, selector)]


def test_every_placement_is_shown_with_reasons_and_nothing_of_a_title_is_run(opened: Opened) -> None:
    browser = opened(".tile")
    assert texts(browser, ".placement h3") == list(default_placements())
    assert all(texts(browser, ".tile .reason"))
    assert "<script>" in texts(browser, ".tile strong")[0]
    assert browser.execute_script("return window.attacked") is None
    assert browser.complaints() == []
    assert browser.axe() == []


def test_the_key_leaves_the_address_and_is_forgotten_when_asked(opened: Opened, service: Running) -> None:
    browser = opened(".tile")
    assert service.key not in browser.current_url
    browser.find_element(By.ID, "sign-out").click()
    assert not browser.find_element(By.ID, "desk").is_displayed()
    assert browser.execute_script("return sessionStorage.length") == 0
    assert browser.axe() == []


def test_a_wrong_key_is_refused_and_asked_for_again(browser: Browser, service: Running) -> None:
    browser.get(f"{service.url}/preview")
    browser.find_element(By.ID, "key").send_keys("rs_wrong", Keys.ENTER)
    browser.until("return document.querySelector('#notice .fault')")
    assert browser.find_element(By.ID, "sign-in").is_displayed()
    assert not browser.find_element(By.ID, "desk").is_displayed()


def test_customers_are_found_and_chosen(opened: Opened, hostile: Learned) -> None:
    browser = opened(".tile")
    other = max(hostile.ledger.bought)
    browser.find_element(By.ID, "customer").send_keys(other, Keys.ENTER)
    browser.until("return document.querySelector('#person h2').textContent === arguments[0]", other)
    items = len(hostile.ledger.products_bought(other))
    assert texts(browser, ".bought summary")[0].startswith(f"Bought {items} item")


def test_an_item_tells_why_it_is_there_and_another_why_not(opened: Opened, hostile: Learned) -> None:
    browser = opened(".tile")
    browser.find_element(By.CSS_SELECTOR, ".tile").click()
    browser.until("return document.querySelector('.findings')")
    assert texts(browser, ".findings li") == ["It stands at place 1"]
    assert texts(browser, "dialog tbody td")
    assert browser.axe() == []
    browser.find_element(By.CSS_SELECTOR, ".close").click()
    gone = next(item for item in hostile.ledger.catalogue if not hostile.ledger.sellable(item))
    browser.find_element(By.CSS_SELECTOR, ".placement .quiet").click()
    browser.find_element(By.ID, "why-item").send_keys(gone, Keys.ENTER)
    browser.until("return document.querySelector('.findings.out')")
    assert "It is out of stock, hidden, or no longer in the feed" in texts(browser, ".findings li")


def test_mails_are_shown_as_desktop_phone_and_dark_programs_do(opened: Opened) -> None:
    browser = opened(".tile")
    tab(browser, "mail", "iframe")
    browser.until("return document.querySelectorAll('iframe').length === 4")
    script = (
        "return matchMedia('(prefers-color-scheme: dark)').matches && getComputedStyle(document.body).backgroundColor"
    )
    grounds = []
    for frame in browser.find_elements(By.TAG_NAME, "iframe"):
        browser.switch_to.frame(frame)
        assert "<script>" in browser.find_element(By.TAG_NAME, "body").text
        grounds.append(browser.execute_script(script))
        browser.switch_to.default_content()
    assert [bool(ground) for ground in grounds] == [False, False, True, True]
    assert browser.execute_script("return window.attacked") is None


@pytest.mark.parametrize(("limit", "shown"), [("limit = 12", 2), ('limit = "many"', 0)])
def test_a_rule_is_tried_beside_what_is_served_and_its_faults_are_told(opened: Opened, limit: str, shown: int) -> None:
    browser = opened(".tile")
    tab(browser, "rules", "#rules-text")
    browser.until("return document.querySelectorAll('#rules .tiles').length === 2")
    area = browser.find_element(By.ID, "rules-text")
    assert "limit = 12" in area.get_property("value")
    draft = area.get_property("value").replace("limit = 12", "limit = 2" if shown else limit)
    area.clear()
    area.send_keys(draft)
    browser.find_element(By.CSS_SELECTOR, "#rules button").click()
    if shown:
        browser.until("return document.querySelectorAll('#rules .tiles')[1].children.length === 2")
        assert browser.execute_script("return document.querySelectorAll('#rules .tiles')[0].children.length") > shown
    else:
        browser.until("return document.querySelector('#rules .faults li')")
        assert "placements.home.limit" in texts(browser, "#rules .faults li")[0]


def test_it_fits_a_phone_and_the_dark(opened: Opened) -> None:
    browser = opened(".tile")
    browser.prefer(color_scheme="dark")
    browser.resize(375)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 375
    assert browser.axe() == []
