"""From files to a data set, or to one error that lists every fault."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from tests.training.feeds import csv, loaded, orders
from training.errors import DataRefused, UsageError
from training.findings import Findings
from training.load import load
from training.progress import Progress
from training.settings import read_config


def test_good_tables_are_loaded_and_described(tmp_path: Path) -> None:
    lines = csv(tmp_path / "lines.csv", orders())
    items = csv(tmp_path / "items.csv", {"id": [f"i{n}" for n in range(6)], "price": ["1.50 EUR"] * 6})
    dataset, findings, quarantine = loaded(inputs__order_lines=str(lines), inputs__items=str(items))
    assert (dataset.n_customers, dataset.n_items, dataset.currency) == (6, 7, "EUR")
    assert findings.joined_share == pytest.approx(51 / 60)
    assert (findings.customers, findings.items, findings.orders, findings.lines) == (6, 7, 30, 60)
    assert (findings.first, findings.last) == ("2024-01-01T10:00+00:00", "2024-01-05T10:00+00:00")
    assert [(table.table, table.rows_kept) for table in findings.tables] == [("order_lines", 60), ("items", 6)]
    assert quarantine.is_empty()
    assert msgspec.json.decode(msgspec.json.encode(findings), type=Findings) == findings


def test_what_a_missing_column_switches_off_is_said(tmp_path: Path) -> None:
    lines = csv(tmp_path / "lines.csv", {name: orders()[name] for name in ("customer_id", "item_id", "order_id")})
    items = csv(tmp_path / "items.csv", {"item_id": [f"i{n}" for n in range(7)], "title": ["x"] * 7})
    assert subjects(inputs__order_lines=str(lines), inputs__items=str(items)) == [
        "no table has prices",
        *(f"order_lines has no {column}" for column in ("ordered_at", "quantity")),
        *(f"items has no {column}" for column in ("availability", "category", "added_at", "cost_of_goods_sold")),
        "there is no customers table",
        "there is no events table",
    ]


def test_prices_that_one_table_has_serve_for_the_other(tmp_path: Path) -> None:
    paid = csv(tmp_path / "paid.csv", orders())
    unpaid = csv(tmp_path / "lines.csv", {name: column for name, column in orders().items() if name != "unit_price"})
    ids = [f"i{n}" for n in range(7)]
    priced = csv(tmp_path / "items.csv", {"item_id": ids, "price": [1.0] * 7})
    assert "order_lines has no unit_price" in subjects(inputs__order_lines=str(unpaid), inputs__items=str(priced))
    priceless = csv(tmp_path / "titles.csv", {"item_id": ids, "title": ids})
    assert "items has no price" in subjects(inputs__order_lines=str(paid), inputs__items=str(priceless))


def test_without_a_catalogue_that_is_said(tmp_path: Path) -> None:
    lines = csv(tmp_path / "lines.csv", orders())
    assert subjects(inputs__order_lines=str(lines)) == [
        "there is no items table",
        "there is no customers table",
        "there is no events table",
    ]


def test_events_without_what_they_are_learned_by_are_counted_and_that_is_said(tmp_path: Path) -> None:
    lines = csv(tmp_path / "lines.csv", orders())
    untimed = csv(tmp_path / "untimed.csv", {name: column for name, column in orders().items() if name != "ordered_at"})
    event: dict[str, list[object]] = {"item_id": ["i1"], "event": ["Product Viewed"]}
    known, timed = {"customer_id": ["c0"]}, {"occurred_at": ["2024-01-02"]}
    given = {
        "events has no customer_id": (lines, {"anonymous_id": ["z"]} | timed),
        "events has no occurred_at in times": (lines, known),
        "order_lines has no ordered_at in times": (untimed, known | timed),
    }
    for number, (said, (order_lines, columns)) in enumerate(given.items()):
        events = csv(tmp_path / f"events {number}.csv", event | columns)
        paths = {"inputs__order_lines": str(order_lines), "inputs__events": str(events)}
        assert subjects(**paths)[-1] == said
        assert loaded(**paths).dataset.events is None


def subjects(**flags: str) -> list[str]:
    """What each sentence of what is off is about."""
    return [sentence.split(":")[0] for sentence in loaded(**flags).dataset.off]


def test_customers_and_items_alone_are_enough(tmp_path: Path) -> None:
    pairs = {"customer_id": [f"c{n // 2}" for n in range(60)], "item_id": [f"i{n % 7}" for n in range(60)]}
    dataset, findings, _ = loaded(inputs__order_lines=str(csv(tmp_path / "lines.csv", pairs)))
    assert (dataset.unit, dataset.timed, findings.orders) == ("order", False, 30)
    assert findings.first is None
    assert dataset.off[0].endswith("nor ordered_at: each further line of an item counts as bought once more")


def test_positions_are_described_as_such(tmp_path: Path) -> None:
    columns = orders() | {"ordered_at": [int(at[8:10]) for at in orders()["ordered_at"]]}
    findings = loaded(inputs__order_lines=str(csv(tmp_path / "lines.csv", columns))).findings
    assert (findings.first, findings.last) == ("0", "4")


def test_a_few_faulty_rows_are_set_aside_and_counted(tmp_path: Path) -> None:
    columns = orders()
    columns["quantity"][7] = 0
    _, findings, quarantine = loaded(inputs__order_lines=str(csv(tmp_path / "lines.csv", columns)))
    table = findings.tables[0]
    assert (table.rows_read, table.rows_rejected, table.rows_kept) == (60, 1, 59)
    assert [(count.reason, count.rows) for count in table.reasons] == [("quantity is zero", 1)]
    assert quarantine.rows() == [("order_lines", str(tmp_path / "lines.csv"), 8, "quantity", "0", "quantity is zero")]


def test_too_many_faulty_rows_are_refused_with_what_was_found(tmp_path: Path) -> None:
    columns = orders()
    columns["quantity"][:4] = [0] * 4
    path = csv(tmp_path / "lines.csv", columns)
    with pytest.raises(DataRefused) as caught:
        loaded(inputs__order_lines=str(path))
    assert caught.value.faults == [
        f"order_lines ({path}): 4 of 60 rows are faulty, 6.7%, where data.max_rejected_share allows 5.0% "
        "(quantity is zero: 4)"
    ]
    assert caught.value.findings is not None
    assert caught.value.findings.orders == 28
    assert caught.value.quarantine is not None
    assert caught.value.quarantine.height == 4
    assert loaded(inputs__order_lines=str(path), data__max_rejected_share=0.1).findings.orders == 28


def test_faults_of_all_tables_are_listed_at_once(tmp_path: Path) -> None:
    few = {name: values[:4] for name, values in orders().items()} | {"currency": ["EUR", "USD", "EUR", "EUR"]}
    items = csv(tmp_path / "items.csv", {"item_id": ["x1", None], "title": ["a", "b"]})
    customers = csv(tmp_path / "customers.csv", {"customer_id": [None], "tier": ["a"]})
    with pytest.raises(DataRefused) as caught:
        loaded(
            inputs__order_lines=str(csv(tmp_path / "lines.csv", few)),
            inputs__items=str(items),
            inputs__customers=str(customers),
        )
    assert [fault.split(" ")[0] for fault in caught.value.faults] == ["items", "customers", "prices", "only", "only"]
    assert "only 0.0% of the order lines join items" in caught.value.faults[3]
    assert caught.value.faults[4] == "only 2 orders, where data.min_orders asks for 20"


def test_sources_that_cannot_be_opened_are_listed_at_once_as_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("")
    with pytest.raises(UsageError) as caught:
        loaded(
            inputs__order_lines=str(tmp_path / "no.csv"),
            inputs__items=str(tmp_path / "no.parquet"),
            inputs__customers=str(tmp_path / "customers.csv"),
        )
    assert [fault.split(": ")[1] for fault in caught.value.faults] == [
        "no such file",
        "no such file",
        "empty; expected a header line with column names",
    ]


def test_order_lines_are_required() -> None:
    with pytest.raises(UsageError, match=r"inputs\.order_lines: missing; give --order-lines"):
        load(read_config(None))


def test_nothing_left_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text("customer_id,item_id\n")
    with pytest.raises(DataRefused, match="no order line is left to train on"):
        loaded(inputs__order_lines=str(tmp_path / "lines.csv"))


@pytest.mark.parametrize("gone", [{"availability": "out of stock"}, {"hidden": "yes"}])
def test_a_feed_that_would_empty_every_slate_is_refused(gone: dict[str, str], tmp_path: Path) -> None:
    lines = csv(tmp_path / "lines.csv", orders())
    feed = {"item_id": [f"i{number}" for number in range(7)]}
    named = {column: [value] * 7 for column, value in gone.items()}
    with pytest.raises(DataRefused, match="no item can be recommended"):
        loaded(inputs__order_lines=str(lines), inputs__items=str(csv(tmp_path / "gone.csv", feed | named)))
    one_left = {column: [*values[:6], {"hidden": "no"}.get(column, "in stock")] for column, values in named.items()}
    found = loaded(inputs__order_lines=str(lines), inputs__items=str(csv(tmp_path / "left.csv", feed | one_left)))
    assert found.dataset.arrays["sellable"].sum() == 1


def test_twenty_orders_are_enough(tmp_path: Path) -> None:
    assert loaded(inputs__order_lines=str(csv(tmp_path / "lines.csv", orders(4, 5)))).findings.orders == 20
    with pytest.raises(DataRefused, match="only 19 orders"):
        loaded(inputs__order_lines=str(csv(tmp_path / "fewer.csv", {k: v[:38] for k, v in orders(4, 5).items()})))


def test_noteworthy_lines_and_events_are_warned_of(tmp_path: Path) -> None:
    columns = orders()
    for name, values in columns.items():
        values.append(values[0] if name != "ordered_at" else "2024-03-01 10:00:00")
    items = csv(tmp_path / "items.csv", {"item_id": [f"i{n}" for n in range(7)]})
    events = csv(tmp_path / "events.csv", {"item_id": ["z"], "event": ["Product Viewed"], "customer_id": ["c0"]})
    lines = csv(tmp_path / "lines.csv", columns)
    found = loaded(inputs__order_lines=str(lines), inputs__items=str(items), inputs__events=str(events)).findings
    assert found.warnings == (
        "only 0.0% of the events are about an item of items",
        "1 lines repeat an item of their order; their pieces are added up",
        "the lines of 1 orders are more than a month apart; is order_id used again?",
    )


def test_steps_are_told_as_they_begin(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lines = csv(tmp_path / "lines.csv", orders())
    with caplog.at_level(logging.INFO, logger="training"):
        load(read_config(None, {"inputs.order_lines": str(lines)}), Progress())
    steps = [message.removesuffix(" ...") for message in caplog.messages if message.endswith("...")]
    assert steps == ["read order_lines", "check order_lines", "build data set"]
