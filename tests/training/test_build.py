"""Checked tables into rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tests.training.feeds import NOW, config, sheet
from training.build import Tables, build_dataset
from training.checks.customers import check_customers
from training.checks.events import check_events
from training.checks.items import check_items
from training.checks.order_lines import check_order_lines
from training.config import Data
from training.dataset import Dataset

Columns = Mapping[str, Sequence[Any]]
LINES: Columns = {
    "customer_id": ["ż", "a", "b", "a", None],
    "item_id": ["y", "x", "y", "w", "x"],
    "order_id": ["1", "2", "3", "2", "4"],
    "ordered_at": ["2024-01-01 12:00", "2024-01-03", "2024-01-02", "2024-01-03", "2024-01-04"],
    "unit_price": [1.0, 2.0, 3.0, 4.0, 5.0],
}


def build(*tables: Any, **settings: Any) -> Dataset:
    return noted(*tables, **settings)[0]


def noted(
    lines: Columns = LINES,
    items: Columns | None = None,
    customers: Columns | None = None,
    events: Columns | None = None,
    currency: str | None = None,
    **flags: Any,
) -> tuple[Dataset, list[str]]:
    data = Data()
    tables = Tables(
        check_order_lines(sheet("order_lines", lines), data, NOW),
        None if items is None else check_items(sheet("items", items), data),
        None if customers is None else check_customers(sheet("customers", customers), data),
        None if events is None else check_events(sheet("events", events), data, NOW),
        currency=currency,
    )
    return build_dataset(tables, config(**flags))


def bought(dataset: Dataset) -> list[tuple[str | None, str]]:
    lines = dataset.lines
    return [
        (dataset.customers.id(customer) if customer >= 0 else None, dataset.items.id(item))
        for customer, item in zip(lines.customer.tolist(), lines.variant.tolist(), strict=True)
    ]


def test_ids_are_rows_in_the_order_of_their_bytes_and_lines_sorted_by_customer_and_time() -> None:
    dataset = build()
    assert dataset.customers.ids(np.arange(3)) == ["a", "b", "ż"]
    assert dataset.items.ids(np.arange(3)) == ["w", "x", "y"]
    assert bought(dataset) == [(None, "x"), ("a", "w"), ("a", "x"), ("b", "y"), ("ż", "y")]
    assert dataset.lines.order.tolist() == [3, 2, 2, 1, 0]
    assert dataset.lines.time.tolist() == [19726.0, 19725.0, 19725.0, 19724.0, 19723.5]
    assert dataset.lines.price.tolist() == [5.0, 4.0, 2.0, 3.0, 1.0]
    assert (dataset.unit, dataset.reference, dataset.timed) == ("day", 19726.0, True)
    assert {field: getattr(dataset.lines, field).dtype.name for field in ("customer", "item", "order", "quantity")} == {
        "customer": "int32",
        "item": "int32",
        "order": "int32",
        "quantity": "float32",
    }


def test_customers_who_refuse_become_guests_but_their_orders_stay() -> None:
    dataset = build(customers={"customer_id": ["a", "b"], "consent_personalisation": ["no", "yes"]})
    assert dataset.customers.ids(np.arange(2)) == ["b", "ż"]
    assert bought(dataset)[:3] == [(None, "w"), (None, "x"), (None, "x")]
    assert dataset.lines.order.tolist()[:3] == [2, 2, 3]


def test_attributes_of_customers_follow_their_rows() -> None:
    dataset = build(customers={"customer_id": ["ż", "a", "stranger"], "tier": ["gold", "silver", "bronze"]})
    assert dataset.customer_columns == {"tier": "text"}
    assert dataset.customer_arrays["tier/codes"].tolist() == [1, -1, 0]


def test_the_catalogue_follows_the_rows_and_only_listed_items_are_sold() -> None:
    items: Columns = {"item_id": ["y", "new", "x"], "title": ["Y", "New", "X"], "category": ["A > B", "A", None]}
    dataset = build(items=items)
    catalogue = dataset.catalogue()
    assert dataset.items.ids(np.arange(4)) == ["new", "w", "x", "y"]
    assert [catalogue.fields(row, ("title", "category")) for row in range(4)] == [
        {"title": "New", "category": "A"},
        {"title": None, "category": None},
        {"title": "X", "category": None},
        {"title": "Y", "category": "A > B"},
    ]
    assert dataset.arrays["sellable"].tolist() == [True, False, True, True]
    assert build(items=items, data__recommend_unlisted=True).arrays["sellable"].all()


def test_without_a_catalogue_everything_is_sold() -> None:
    assert build().arrays["sellable"].tolist() == [True] * 3


def test_hidden_and_sold_out_items_are_not_sold() -> None:
    items: Columns = {
        "item_id": ["w", "x", "y", "z"],
        "availability": ["out of stock", "in stock", "preorder", None],
        "hidden": ["no", "yes", "no", None],
    }
    assert build(items=items).arrays["sellable"].tolist() == [False, False, True, True]


def test_variants_pool_under_the_best_seller_and_lines_remember_what_was_bought() -> None:
    items: Columns = {"item_id": ["w", "x", "y"], "item_group_id": ["g", "g", None]}
    dataset = build(items=items)
    assert dataset.arrays["group"].tolist() == [1, 1, 2]
    assert dataset.lines.item.tolist() == [1, 1, 1, 2, 2]
    assert dataset.lines.variant.tolist() == [1, 0, 1, 2, 2]
    assert dataset.catalogue().variants is not None


def test_prices_in_another_currency_than_the_shops_are_unknown() -> None:
    lines: Columns = {**LINES, "currency": ["USD", "EUR", None, "EUR", "EUR"]}
    items: Columns = {"item_id": ["x", "y", "w"], "price": ["1 EUR", "2 USD", None]}
    dataset = build(lines, items, currency="EUR")
    np.testing.assert_array_equal(dataset.lines.price, [5.0, 4.0, 2.0, 3.0, np.nan])
    catalogue = dataset.catalogue()
    assert [catalogue.fields(row, ("price", "currency")) for row in range(3)] == [
        {"price": None, "currency": None},
        {"price": 1.0, "currency": "EUR"},
        {"price": None, "currency": None},
    ]


def test_orders_are_known_where_times_or_several_order_ids_of_a_customer_tell_them_apart() -> None:
    pairs = {"customer_id": ["a", "a", "b"], "item_id": ["x", "y", "x"]}
    assert build().orders_known
    assert not build(pairs).orders_known
    assert build({**pairs, "order_id": ["1", "2", "3"]}).orders_known
    assert not build({**pairs, "order_id": ["a", "a", "b"]}).orders_known, "a customer's own number"
    assert build({**pairs, "ordered_at": ["2024-01-01", "2024-01-02", "2024-01-02"]}).orders_known
    assert not build({**pairs, "ordered_at": ["2024-01-01"] * 3}).orders_known, "everybody's only order"


def test_orders_of_a_few_customers_tell_none_apart() -> None:
    def known(several: int, once: int) -> bool:
        ids = [f"{number}" for number in range(several)] * 2 + [f"once {number}" for number in range(once)]
        numbers = [f"order {number}" for number in range(len(ids))]
        return build({"customer_id": ids, "item_id": ["x"] * len(ids), "order_id": numbers}).orders_known

    assert known(several=1, once=19)
    assert not known(several=1, once=20)
    assert known(several=100, once=3_000)


def test_orders_of_who_refused_tell_none_apart() -> None:
    bought: Columns = {"customer_id": ["a", "a", "b"], "item_id": ["x", "y", "x"], "order_id": ["1", "2", "3"]}
    assert not build(bought, customers={"customer_id": ["a"], "consent_personalisation": ["no"]}).orders_known


def test_what_cannot_be_told_apart_is_noted() -> None:
    pairs: Columns = {"customer_id": ["a", "a", "b"], "item_id": ["x", "y", "x"]}
    assert noted(pairs)[1] == []
    assert noted({**pairs, "order_id": ["1", "2", "3"]})[1] == []
    (apart,) = noted({**pairs, "order_id": ["a", "a", "b"]})[1]
    assert apart.startswith("hardly any customer has two orders")
    (guests,) = noted({**pairs, "customer_id": [None] * 3, "order_id": ["1", "2", "3"]})[1]
    assert guests.startswith("no order line is of a customer")


def test_a_window_keeps_the_last_days_and_numbers_orders_anew() -> None:
    dataset = build(training__window_days=2.0)
    assert bought(dataset) == [(None, "x"), ("a", "w"), ("a", "x")]
    assert dataset.lines.order.tolist() == [1, 0, 0]
    assert dataset.customers.ids(np.arange(dataset.n_customers)) == ["a"]
    assert dataset.items.ids(np.arange(dataset.n_items)) == ["w", "x"]


def test_a_window_of_positions_keeps_each_customers_last_orders() -> None:
    lines: Columns = {"customer_id": ["a", "a", "b", "b"], "item_id": ["x"] * 4, "ordered_at": [1, 2, 7, 9]}
    dataset = build(lines, training__window_days=1.0)
    assert (dataset.unit, dataset.lines.customer.tolist()) == ("order", [0, 1])
    assert dataset.lines.order.tolist() == [0, 1]


def test_the_same_tables_give_the_same_arrays_whatever_the_order_of_rows() -> None:
    shuffled = {name: [values[row] for row in (3, 0, 4, 2, 1)] for name, values in LINES.items()}
    first, second = build().lines, build(shuffled).lines
    for column in ("customer", "item", "variant", "order", "time", "quantity", "price"):
        np.testing.assert_array_equal(getattr(first, column), getattr(second, column))


EVENTS: Columns = {
    "customer_id": ["a", "seen", "refuses", "a", None, "a"],
    "anonymous_id": [None, None, None, None, "z", None],
    "item_id": ["y", "x", "x", "never sold", "y", "x"],
    "event": [
        "product_viewed",
        "product_added",
        "product_viewed",
        "product_viewed",
        "product_viewed",
        "product_viewed",
    ],
    "occurred_at": ["2024-01-02", "2024-01-03", "2024-01-02", "2024-01-02", "2024-01-02", "2023-12-31"],
}


def test_events_make_customers_and_keep_those_about_known_items_since_the_first_order() -> None:
    consent = {"customer_id": ["refuses"], "consent_personalisation": ["no"]}
    dataset = build(customers=consent, events=EVENTS)
    assert dataset.customers.ids(np.arange(dataset.n_customers)) == ["a", "b", "seen", "ż"]
    events = dataset.events
    assert events is not None
    kinds = [events.names[kind] for kind in events.kind.tolist()]
    told = list(zip(dataset.customers.ids(events.customer), dataset.items.ids(events.item), kinds, strict=True))
    assert told == [("a", "y", "product_viewed"), ("seen", "x", "product_added")]
    assert (events.time - 19_723).tolist() == [1.0, 2.0]
    assert build().events is None


def test_what_was_looked_at_later_is_not_known_before() -> None:
    events = build(events=EVENTS).until(19_725.0).events
    assert events is not None
    assert events.time.tolist() == [19_724.0, 19_724.0]
    assert len(build(events=EVENTS).events or ()) == 3


def test_variants_looked_at_are_their_leads() -> None:
    items = {"item_id": ["w", "x", "y"], "item_group_id": ["g", "g", None]}
    dataset = build(items=items, events=EVENTS)
    group, events = dataset.arrays["group"], dataset.events
    assert events is not None
    assert (group[events.item] == events.item).all()
