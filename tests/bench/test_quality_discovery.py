from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bench.quality_discovery import SPLITS, lines_of, measures, run
from models.ragged import Ragged


def test_measures_of_two_known_slates() -> None:
    shown = np.array([[5, 1, 7] + [-1] * 17, [2, 3, 4] + [-1] * 17], np.int32)
    truth = Ragged.from_lists([[1, 7], [9]])
    recall, ndcg, f1, precision = measures(shown, truth).T
    assert recall.tolist() == [1.0, 0.0]
    assert precision.tolist() == [0.1, 0.0]
    assert f1.tolist() == pytest.approx([2 * 0.1 / 1.1, 0.0])
    gained, ideal = 1 / np.log2(3) + 1 / np.log2(4), 1 + 1 / np.log2(3)
    assert ndcg.tolist() == pytest.approx([gained / ideal, 0.0])


def test_a_split_is_searched_learned_and_tabled(tmp_path: Path) -> None:
    """Customers buy items of their own parity; one item of each is tested, and one was never sold before."""
    generator = np.random.default_rng(0)
    bought = [2 * generator.choice(20, 9, replace=False) + customer % 2 for customer in range(60)]
    train = [(customer, int(item)) for customer, items in enumerate(bought) for item in items[:-1]]
    test = [(customer, int(items[-1])) for customer, items in enumerate(bought)] + [(0, 999)]
    for part, rows in (("train", train), ("test", test)):
        frame = pl.DataFrame(rows, schema=["customer_id", "item_id"], orient="row")
        frame.write_parquet(tmp_path / f"electronics_{part}.parquet")
    outcome = run(tmp_path, "electronics", 1.0, 0)
    assert set(outcome.rows) >= {"cosine item-kNN", "popularity alone", "item_knn alone", "product (blend)"}
    assert all(len(rows) == 60 for rows in outcome.rows.values())
    assert outcome.rows["product (blend)"][0, 0] in {0.0, 0.5}  # the item never sold counts as missed
    assert outcome.rows["product (blend)"][:, 0].mean() > 0.9  # 12 items of the parity are left for 20 places
    table = "\n".join(lines_of(outcome))
    assert SPLITS["electronics"] in table
    assert table.count("| item_knn alone |") == 1
