from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.query import Evidence
from models.reasons import CODES, Code, ago, counted, evidence_of, sentence

# As bundles store them: a number once given is never another reason.
NUMBERS = {
    0: "none",
    1: "bought_together",
    2: "buy_again",
    3: "bought_before",
    4: "because_you_bought",
    5: "taste",
    6: "popular",
    7: "trending",
    8: "trade_up",
    9: "similar",
    10: "new_arrival",
    11: "recently_viewed",
    12: "popular_in_category",
    13: "because_you_viewed",
    14: "alike",
    15: "alike_bought",
    16: "pinned",
    17: "looked_at",
    18: "popular_in_segment",
}
SENTENCES = {
    Code.BOUGHT_TOGETHER: "Bought together with Tea in 41 orders",
    Code.BUY_AGAIN: "You buy this about every 41 days; last 30 days ago",
    Code.BOUGHT_BEFORE: "You bought this in 41 orders",
    Code.BECAUSE_YOU_BOUGHT: "Because you bought Tea",
    Code.TASTE: "Goes with your taste, as Tea does",
    Code.POPULAR: "Bought by 41 customers",
    Code.TRENDING: "Selling well right now",
    Code.TRADE_UP: "A step up from Tea",
    Code.SIMILAR: "Similar to Tea",
    Code.NEW_ARRIVAL: "New in the shop",
    Code.RECENTLY_VIEWED: "You viewed this recently",
    Code.POPULAR_IN_CATEGORY: "Popular in its category: bought by 41 customers",
    Code.BECAUSE_YOU_VIEWED: "Because you viewed Tea",
    Code.POPULAR_IN_SEGMENT: "Bought by 41 customers like you",
    Code.LOOKED_AT: "You looked at this 41 times",
    Code.ALIKE: "Shares category and price range with Tea",
    Code.ALIKE_BOUGHT: "Shares category and price range with Tea, which you bought",
    Code.PINNED: "Picked by the shop",
}


def test_numbers_are_never_used_again() -> None:
    assert {number: code.key for number, code in CODES.items() if number in NUMBERS} == NUMBERS


@pytest.mark.parametrize(
    ("shared", "text"),
    [(0, "Similar to"), (2, "Shares brand with"), (7, "Shares category, brand and words of the name with")],
)
def test_what_two_items_have_in_common_is_listed(shared: int, text: str) -> None:
    assert sentence(Code.ALIKE, "Tea", shared, 0, "day") == f"{text} Tea"


def test_every_code_has_a_sentence_of_its_own() -> None:
    assert {code: sentence(code, "Tea", 41, 30, "day") for code in Code if code is not Code.NONE} == SENTENCES
    assert len(set(SENTENCES.values())) == len(SENTENCES)


@pytest.mark.parametrize("code", [Code.NONE, Code.BECAUSE_YOU_BOUGHT, Code.TASTE, Code.SIMILAR, Code.TRADE_UP])
def test_without_evidence_nothing_is_named(code: Code) -> None:
    assert sentence(code, None, 1, 0, "day") == "Chosen by customers with a history like yours"


def test_what_nobody_bought_is_not_said_to_be_bought() -> None:
    assert sentence(Code.POPULAR, None, 0, 0, "day") == "From the shop's range"
    assert sentence(Code.POPULAR_IN_CATEGORY, None, 0, 0, "day") == "From the same category"


@given(st.floats(0, 1e6))
def test_counts_are_whole_and_never_zero(number: float) -> None:
    text = counted(number, "order")
    whole = int(text.split()[0])
    assert whole == max(1, round(number))
    assert text == (f"{whole} order" if whole == 1 else f"{whole} orders")


@pytest.mark.parametrize(
    ("age", "unit", "text"),
    [
        (-3.0, "day", "less than a day ago"),
        (0.2, "day", "less than a day ago"),
        (0.6, "day", "1 day ago"),
        (30.4, "day", "30 days ago"),
        (0.0, "order", "1 order ago"),
        (2.0, "order", "3 orders ago"),
    ],
)
def test_ages_are_said_in_the_unit_of_the_shop(age: float, unit: str, text: str) -> None:
    assert ago(age, unit) == text


@given(st.sampled_from(list(Code)), st.floats(1, 1e6), st.floats(0, 1e6), st.sampled_from(["day", "order"]))
def test_evidence_holds_every_number_of_the_sentence_and_no_other(code: Code, n1: float, n2: float, unit: str) -> None:
    evidence = evidence_of(code, "Tea", n1, n2, unit)
    told = [number for number in (evidence.count, evidence.ago) if number]
    assert [int(number) for number in re.findall(r"\d+", sentence(code, "Tea", n1, n2, unit))] == told
    assert evidence.unit == (unit if code is Code.BUY_AGAIN else None)
    assert evidence.title == "Tea"


def test_a_purchase_of_today_is_no_time_ago() -> None:
    assert evidence_of(Code.BUY_AGAIN, None, 7, 0.4, "day") == Evidence(count=7, ago=0, unit="day")
    assert evidence_of(Code.BUY_AGAIN, None, 7, 0.0, "order") == Evidence(count=7, ago=1, unit="order")
