"""Rivals know a shop's lines as they are, and show what their names say."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from bench.shops_quality import rivals as module
from bench.shops_quality.known import Known
from bench.shops_quality.rivals import rivals
from bench.shops_quality.shop import Made

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def known() -> Known:
    """Customer a bought x twice long ago, y lately, and sent z back; w is the best seller, v sells lately."""
    bought = [("a", "1", "x", 300, 1), ("a", "1", "x", 300, 1), ("a", "2", "x", 290, 1), ("a", "3", "y", 1, 1)]
    bought += [("a", "4", "z", 5, -1), *(("b", f"b{n}", "w", 200, 1) for n in range(5))]
    bought += [("c", "c1", "v", 0, 1), ("c", "c2", "v", 2, 1)]
    lines = pl.DataFrame(
        [
            (customer, order, item, NOW - dt.timedelta(days=age), pieces)
            for customer, order, item, age, pieces in bought
        ],
        schema=["customer_id", "order_id", "item_id", "ordered_at", "quantity"],
        orient="row",
    )
    return Known.of(Made(lines, {}))


@pytest.fixture
def shown(known: Known, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Without implicit, which tests/bench/test_peers.py asks in its own environment."""
    monkeypatch.setattr(module, "answers", lambda *_: iter(()))

    def ask(task: str) -> dict[str, list[str]]:
        found = rivals(known, np.array([0]), task=task, cache=tmp_path_factory.mktemp("cache"))
        return {name: [known.items[int(item)] for item in slate[0] if item >= 0] for name, slate in found}

    return ask


def test_lines_count_once_an_order_and_returns_not_at_all(known: Known) -> None:
    assert known.items.to_list() == ["v", "w", "x", "y"]
    assert known.bought().toarray().tolist() == [[0, 0, 2, 1], [0, 5, 0, 0], [2, 0, 0, 0]]


def test_own_purchases_lead_and_best_sellers_fill_up(shown) -> None:  # type: ignore[no-untyped-def]  # a fixture's closure
    assert shown("window")["own frequency > popularity"] == ["x", "y", "w", "v"]
    assert shown("window")["own frequency, decayed > recent popularity"] == ["y", "x", "v", "w"]
    assert shown("window")["popularity"] == ["w", "v", "x", "y"]
    assert shown("window")["recent popularity"][0] == "v"


def test_new_items_alone_or_own_ones_alone(shown) -> None:  # type: ignore[no-untyped-def]  # a fixture's closure
    assert shown("new") == {"popularity": ["w", "v"], "recent popularity": ["v", "w"]}
    assert set(map(tuple, shown("again").values())) == {("x", "y"), ("y", "x")}


def test_slates_and_wishes_by_id_become_rows(known: Known) -> None:
    asked, truth = known.truth(pl.DataFrame({"customer_id": ["c", "a", "who"], "item_id": ["x", "never sold", "x"]}))
    assert asked.tolist() == [2]
    assert truth.values.tolist() == [2]
    slates = pl.DataFrame({"customer_id": ["c", "c", "a"], "item_id": ["y", "w", "x"]})
    assert known.shown(slates, asked)[0, :3].tolist() == [3, 1, -1]
