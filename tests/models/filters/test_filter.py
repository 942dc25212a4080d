"""Compiled filters: which items qualify, what is unknown, and what the type check refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from models.catalogue import Catalogue, Kind
from models.errors import FilterError
from models.filters import compile_filter

Kinds = Mapping[str, Kind]
ALL = [0, 1, 2, 3, 4]
DAY = 86_400.0


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("price < 4", [0, 3]),
        ("price <= 4 and brand = 'Brew'", [1]),
        ("3 < price", [1, 2]),
        ("sale_price < price * 0.8", [0]),
        ("-price / 2 + 1 >= -1", [0, 1, 3]),
        ("price in (2, 6, 7)", [0, 2]),
        ("brand = 'brew'", []),
        ("'Brew' = brand", [1, 2]),
        ("brand > 'Brew'", [0, 3]),
        ("'Fizz' > brand", [1, 2]),
        ("brand >= 'C' and brand < 'G'", [0]),
        ("brand <= 'Fizz'", [0, 1, 2]),
        ("supplier = 'Hop''s'", [1]),
        ("brand in ('Fizz', 'Hop''s', 'Nobody')", [0, 3]),
        ("brand in ('Fizz', 'Hop''s', 'Brew', 'A', 'Z', 'Nobody')", [0, 1, 2, 3]),
        ("title in ('Cola 1l', 'Pale beer', 'Stout 100%', 'Bread \"Beer crust\"', 'x')", [0, 1, 2, 3]),
        ("title contains 'beer'", [1]),
        ("title contains 'e'", [1, 3]),
        ("title contains 'lP'", []),
        ("title starts with 'Pale'", [1]),
        ("category = 'Drinks > Beer'", [1]),
        ("category = 'Beer'", [1]),
        ("category = 'Drinks'", []),
        ("category under 'Drinks'", [0, 1, 2]),
        ("category under 'Beer'", [1, 2]),
        ("category under 'Drnks'", []),
        ("category in ('Bakery', 'Drinks > Soft')", [0, 3]),
        ("category in ('Bakery', 'Soft', 'Beer', 'Stout', 'Drinks')", [0, 1, 2, 3]),
        ("organic", [1, 3]),
        ("organic = false", [0, 2]),
        ("organic in (true)", [1, 3]),
        ("organic = frozen", [3]),
        ("added_at >= '1970-04-21'", [1, 2, 3]),
        ("'1970-04-21T01:00+01:00' <= added_at", [1, 2, 3]),
        ("added_at in ('1970-04-11T00:00:00Z')", [0]),
        ("age(added_at) < 20", [2, 3]),
        ("true", ALL),
        ("1 > 2", []),
        ("'a' < 'b'", ALL),
        ("price = price and brand = brand", [0, 1, 2, 3]),
    ],
)
def test_the_items_that_qualify(text: str, rows: list[int], drinks: Catalogue, customer_kinds: Kinds) -> None:
    item_filter = compile_filter(text, drinks, customer_kinds)
    assert np.flatnonzero(item_filter.mask(as_of=131 * DAY)).tolist() == rows


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        ("brand = 'Brew'", "brand != 'Brew'"),
        ("brand in ('Brew')", "brand not in ('Brew')"),
        ("category under 'Drinks'", "category not under 'Drinks'"),
        ("title contains 'e'", "title not contains 'e'"),
        ("title starts with 'P'", "title not starts with 'P'"),
        ("price < 4", "not price < 4"),
        ("organic", "not organic"),
        ("price / 0 = 1", "price / 0 != 1"),
        ("price in (2)", "price not in (2)"),
    ],
)
def test_an_unknown_value_meets_no_test_and_so_meets_every_opposite(
    positive: str, negative: str, drinks: Catalogue, customer_kinds: Kinds
) -> None:
    met = compile_filter(positive, drinks, customer_kinds).mask()
    assert not met[4]
    assert (compile_filter(negative, drinks, customer_kinds).mask() == ~met).all()


@pytest.mark.parametrize("column", ["price", "brand", "category", "organic", "added_at"])
def test_is_null_finds_what_is_unknown(column: str, drinks: Catalogue, customer_kinds: Kinds) -> None:
    assert np.flatnonzero(compile_filter(f"{column} is null", drinks, customer_kinds).mask()).tolist() == [4]
    assert np.flatnonzero(compile_filter(f"{column} != null", drinks, customer_kinds).mask()).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "anchor", "rows"),
    [
        ("price < item.price * 0.75", 1, [0]),
        ("brand = item.brand", 1, [1, 2]),
        ("supplier = item.brand", 2, [2]),
        ("item.brand = supplier", 2, [2]),
        ("brand < item.brand", 0, [1, 2]),
        ("item.brand > brand", 0, [1, 2]),
        ("category under item.category", 1, [1, 2]),
        ("category = item.category", 1, [1]),
        ("category under item.aisle", 0, [0]),
        ("item.category under category", 2, [1, 2]),
        ("item.category under 'Beer'", 2, ALL),
        ("item.category under item.aisle", 0, ALL),
        ("item.brand = item.supplier", 2, ALL),
        ("item.brand in ('Brew')", 2, ALL),
        ("item.price in (6)", 2, ALL),
        ("item.organic", 2, []),
        ("age(item.added_at) < 12", 2, ALL),
        ("item.brand is null", 4, ALL),
        ("brand = item.brand", 4, []),
        ("category under item.category", 4, []),
        ("price < item.price", 4, []),
    ],
)
def test_the_anchor_is_asked_with_item(
    text: str, anchor: int, rows: list[int], drinks: Catalogue, customer_kinds: Kinds
) -> None:
    item_filter = compile_filter(text, drinks, customer_kinds)
    assert np.flatnonzero(item_filter.mask(anchor, as_of=131 * DAY)).tolist() == rows


@pytest.mark.parametrize(
    "text",
    [
        "price < item.price", "brand = item.brand", "supplier = item.brand", "category under item.category",
        "category under item.aisle", "item.organic", "customer.tier = 'gold'", "customer.tier in ('gold')",
        "brand = customer.tier", "customer.points > 0", "customer.vip", "age(customer.since) > 0",
        "customer.tier starts with 'g'",
    ],
)  # fmt: skip
def test_without_anchor_and_customer_nothing_is_known_of_them(
    text: str, drinks: Catalogue, customer_kinds: Kinds
) -> None:
    assert not compile_filter(text, drinks, customer_kinds).mask(as_of=0.0).any()


@pytest.mark.parametrize(
    ("text", "customer", "qualify"),
    [
        ("customer.tier = 'gold'", {"tier": "gold"}, True),
        ("customer.tier = 'gold'", {"tier": None}, False),
        ("customer.tier = 'gold'", {"tier": 3}, False),
        ("customer.tier in ('gold', 'silver')", {"tier": "silver"}, True),
        ("customer.tier contains 'ol'", {"tier": "gold"}, True),
        ("customer.tier is null", {}, True),
        ("customer.points * 2 >= 10", {"points": 5}, True),
        ("customer.points * 2 >= 10", {"points": True}, False),
        ("customer.points > 1", {"points": "many"}, False),
        ("customer.vip = true", {"vip": True}, True),
        ("customer.vip = true", {"vip": 1}, False),
        ("customer.since < '2020-01-01'", {"since": "2019-12-31T23:59:59+00:00"}, True),
        ("customer.since < '2020-01-01'", {"since": "long ago"}, False),
        ("customer.since < '2020-01-01'", {"since": 0.0}, False),
        ("age(customer.since) = 1", {"since": "1970-05-11"}, True),
    ],
)
def test_the_customer_is_asked_with_customer(
    text: str, customer: dict[str, Any], qualify: bool, drinks: Catalogue, customer_kinds: Kinds
) -> None:
    item_filter = compile_filter(text, drinks, customer_kinds)
    assert item_filter.mask(None, customer, 131 * DAY).tolist() == [qualify] * 5


def test_a_customers_text_is_looked_up_in_the_catalogue(drinks: Catalogue, customer_kinds: Kinds) -> None:
    brand = compile_filter("brand = customer.tier", drinks, customer_kinds)
    assert np.flatnonzero(brand.mask(None, {"tier": "Brew"})).tolist() == [1, 2]
    category = compile_filter("category under customer.tier", drinks, customer_kinds)
    assert np.flatnonzero(category.mask(None, {"tier": "Beer"})).tolist() == [1, 2]
    assert not category.mask(None, {"tier": "Beers"}).any()


def test_without_a_time_nothing_has_an_age(drinks: Catalogue, customer_kinds: Kinds) -> None:
    assert not compile_filter("age(added_at) < 1e9", drinks, customer_kinds).mask().any()


@pytest.mark.parametrize("text", ["price < 4", "item.price < 3", "brand in ('Fizz')", "true", "title contains 'e'"])
def test_given_rows_are_answered_in_their_shape(text: str, drinks: Catalogue, customer_kinds: Kinds) -> None:
    item_filter = compile_filter(text, drinks, customer_kinds)
    rows = np.array([[3, 0, 4], [1, 1, 2]], np.int32)
    answer = item_filter.of(rows, 0)
    assert answer.dtype == np.bool_
    assert (answer == item_filter.mask(0)[rows]).all()
    assert item_filter.of(np.empty((0, 7), np.int32)).shape == (0, 7)


def test_an_empty_catalogue_has_an_empty_mask(catalogue_of: Any, customer_kinds: Kinds) -> None:
    for text in ("price < 4", "title contains 'e'", "title starts with 'e'", "category under 'x'", "true"):
        assert compile_filter(text, catalogue_of([]), customer_kinds).mask().shape == (0,)


def test_columns_without_any_value_are_unknown_everywhere(catalogue_of: Any, customer_kinds: Kinds) -> None:
    nothing = catalogue_of([{}, {}])
    for text in ("category under item.category", "category under 'x'", "brand = item.brand", "brand contains 'x'"):
        assert not compile_filter(text, nothing, customer_kinds).mask(0).any()


@pytest.mark.parametrize(
    ("text", "item", "customer", "time"),
    [
        ("price < 4", False, False, False),
        ("price < 4 or brand in ('x') and not item.price > 2", True, False, False),
        ("customer.vip", False, True, False),
        ("age(added_at) < 4", False, False, True),
        ("age(item.added_at) < customer.points", True, True, True),
    ],
)
def test_a_filter_says_what_it_depends_on(
    text: str, item: bool, customer: bool, time: bool, drinks: Catalogue, customer_kinds: Kinds
) -> None:
    found = compile_filter(text, drinks, customer_kinds)
    assert (found.text, found.needs_item, found.needs_customer, found.needs_time) == (text, item, customer, time)
    assert found.needs_query == (item or customer or time)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("true and pric < 3", 10, "no column called 'pric'; did you mean 'price'?"),
        ("PRICE < 3", 1, "did you mean 'price'?"),
        ("item.xyzzy = 3", 1, "no column called 'xyzzy'"),
        ("customer.teir = 'x'", 1, "customers have no attribute called 'teir'; did you mean 'tier'?"),
        ("price < '20'", 9, "a number cannot be compared with text"),
        ("brand = 20", 9, "text cannot be compared with a number"),
        ("category = organic", 12, "a category cannot be compared with true or false"),
        ("added_at > 20", 12, "a time cannot be compared with a number"),
        ("added_at > brand", 12, "a time cannot be compared with text"),
        ("added_at > 'yesterday'", 12, "'yesterday' is not a time"),
        ("'soon' > added_at", 1, "'soon' is not a time"),
        ("added_at in ('2026-02-30')", 14, "'2026-02-30' is not a time"),
        ("category < 'A'", 10, "< does not apply to a category"),
        ("'A' > category", 5, "> does not apply to a category"),
        ("category contains 'A'", 10, "contains does not apply to a category"),
        ("organic < true", 9, "< does not apply to true or false"),
        ("price contains 2", 7, "contains does not apply to a number"),
        ("brand under 'x'", 1, "under needs a category on its left, not text"),
        ("'x' under category", 1, "under needs a category on its left"),
        ("brand contains supplier", 16, "contains needs a quoted text on its right"),
        ("brand starts with ''", 19, "starts with needs a quoted text on its right"),
        ("brand = supplier", 7, "two columns of text cannot be compared"),
        ("category under aisle", 10, "two columns of text cannot be compared"),
        ("item.category under aisle", 15, "two columns of text cannot be compared"),
        ("price", 1, "a condition should stand here, not a number"),
        ("not brand", 5, "a condition should stand here, not text"),
        ("organic or added_at", 12, "a condition should stand here, not a time"),
        ("1 + (price < 2) > 3", 12, "a value should stand here, not a condition"),
        ("(price < 3) is null", 8, "a value should stand here, not a condition"),
        ("price < null", 9, "null is no value"),
        ("price in (1, null)", 14, "null is no value"),
        ("null is null", 1, "null is no value"),
        ("brand in ('x', supplier)", 16, "a list holds plain values only"),
        ("price in (1, 'x')", 14, "a number cannot be compared with text"),
        ("customer.tier in (1)", 19, "text cannot be compared with a number"),
        ("price + brand > 1", 9, "+ needs a number, not text"),
        ("added_at - 1 > 1", 1, "- needs a number, not a time"),
        ("-organic > 1", 2, "- needs a number, not true or false"),
        ("age(price) < 3", 5, "age() needs a time, not a number"),
        ("age('2026-01-31') < 3", 5, "age() needs a time, not text"),
    ],
)
def test_the_type_check_names_the_fault_and_its_column(
    text: str, column: int, said: str, drinks: Catalogue, customer_kinds: Kinds
) -> None:
    with pytest.raises(FilterError) as caught:
        compile_filter(text, drinks, customer_kinds)
    assert said in caught.value.reason
    assert caught.value.column == column


def test_the_deepest_filter_compiles_and_answers(drinks: Catalogue, customer_kinds: Kinds) -> None:
    assert compile_filter("not " * 48 + "organic", drinks, customer_kinds).mask().tolist() == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert compile_filter("1" + "+1" * 48 + "> price", drinks, customer_kinds).mask().sum() == 4


def test_overflow_and_division_by_zero_are_answers(drinks: Catalogue, customer_kinds: Kinds) -> None:
    assert compile_filter("price * 1e308 * 10 > 5", drinks, customer_kinds).mask().sum() == 4
    assert compile_filter("price / (item.price - 2) > 0", drinks, customer_kinds).mask(0).sum() == 0
    assert compile_filter("item.price / 0 > 0", drinks, customer_kinds).mask(0).sum() == 0
