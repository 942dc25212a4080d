"""A shop goes through the product's own commands; one that fails is a line of the table with its words."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from bench.peers.ask import answers
from bench.shops_quality import rivals
from bench.shops_quality.cuts import last_orders
from bench.shops_quality.measure import Found, Line, Terms, measure
from bench.shops_quality.product import CommandError, run
from bench.shops_quality.shop import Made, Shop
from bench.shops_quality.table import table


def habits(_: Path) -> Made:
    """Thirty customers who buy an item of their own on each of four orders, in a shop of thirty."""
    rows = [(f"c{n}", f"c{n}/{visit}", f"i{n}", visit) for n in range(30) for visit in range(4)]
    names = ["customer_id", "order_id", "item_id", "ordered_at"]
    return last_orders(pl.DataFrame(rows, schema=names, orient="row"))


def nothing(_: Path) -> Made:
    return Made(pl.DataFrame({"customer_id": ["a"], "item_id": ["x"]}), {})


def test_habits_are_found_by_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals, "answers", lambda told, cache, _: answers(told, cache, ()))
    found = measure(Shop("habits", "own items", habits, ".csv"), tmp_path, tmp_path, Terms(0.0, 1, 20))
    assert not found.fault
    assert {line.task: line.product for line in found.lines} == {"window": 1.0, "visit": 1.0, "again": 1.0}
    assert all(line.ratio == line.low == line.high == 1.0 for line in found.lines)
    assert found.why


def test_refused_data_are_a_line_of_the_table(tmp_path: Path) -> None:
    found = measure(Shop("one", "one line", nothing), tmp_path, tmp_path, Terms(0.0, 1, 20))
    assert "recsvc-train run ended with 3" in found.fault
    assert found.fault in "\n".join(table([found]))


def test_a_failing_command_says_its_words() -> None:
    with pytest.raises(CommandError, match=r"(?s)recsvc-train nonsense ended with 2: .*No such command"):
        run(["recsvc-train", "nonsense"])


def test_the_table_marks_what_is_behind_and_sums_up() -> None:
    def line(task: str, product: float, high: float) -> Line:
        return Line(task, "NDCG@10", 50, product, 0.1, "popularity", product * 9, high, {"popularity": 0.1})

    lines = (line("visit", 0.12, 1.4), line("visit", 0.05, 0.9), line("new", 0.11, 1.2))
    text = "\n".join(table([Found("s", "a shop", 50, 10, 100, 3.0, lines=lines)]))
    assert (
        "| `s`: a shop | 50, 10, 100 | 3 | the next order | 50 | NDCG@10 | 0.1200 | 0.1000 popularity | 1.20 " in text
    )
    assert "**0.50 [0.45 0.90]**" in text
    assert "| the next order | 2 | 0.850 | 0.500 | 1 | 1 |" in text
    assert "| never bought before | 1 | 1.100 | 1.100 | 0 | 0 |" in text
