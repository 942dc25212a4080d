from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from bench.protocols import discovery
from bench.protocols.every import PROTOCOLS
from bench.protocols.fit import Terms, fit
from bench.protocols.measure import measure, prepared_parts
from bench.protocols.outcome import Outcome
from bench.protocols.prepared import Prepared, numbered
from bench.protocols.protocol import Aim, Ranking
from bench.protocols.table import section, summary

TERMS = Terms(seconds=1.0, threads=1, draws=50)
TOY = discovery.discovery("toy", "A toy", "toy", {"Recall@20": Aim(0.1, 0.2, 0.9), "NDCG-cut@20": Aim()})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Customers buy items of their own parity; one item of each is tested, and one was never sold before."""
    folder = tmp_path_factory.mktemp("data")
    generator = np.random.default_rng(0)
    bought = [2 * generator.choice(20, 9, replace=False) + customer % 2 for customer in range(60)]
    train = [(customer, int(item)) for customer, items in enumerate(bought) for item in items[:-1]]
    test = [(customer, int(items[-1])) for customer, items in enumerate(bought)] + [(0, 999)]
    for part, rows in (("train", train), ("test", test)):
        frame = pl.DataFrame(rows, schema=["customer_id", "item_id"], orient="row")
        frame.write_parquet(folder / f"toy_{part}.parquet")
    return folder


@pytest.fixture(scope="module")
def outcome(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return measure(TOY, data, tmp_path_factory.mktemp("cache"), TERMS)


def test_a_split_is_searched_learned_asked_and_compared(outcome: Outcome) -> None:
    names = [each.name for each in outcome.contenders]
    assert names[0] == "product"
    assert {"cosine item-kNN", "popularity", "item_knn alone"} <= set(names)
    assert (outcome.questions, outcome.customers, outcome.parts) == (60, 60, 1)
    recall = outcome.product.figures["Recall@20"]
    assert 0.9 < recall.value < 1.0  # 12 items of the parity are left for 20 places; the item never sold is missed
    assert recall.low <= recall.value <= recall.high
    best = outcome.best("floor")
    assert best is not None
    assert best.gain is not None
    assert best.gain.value == pytest.approx(recall.value - best.figures["Recall@20"].value)


def test_outcomes_are_kept_as_they_are(outcome: Outcome) -> None:
    assert msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome) == outcome


def test_tables_name_everybody_and_say_how_it_was_measured(outcome: Outcome) -> None:
    text = "\n".join(section(outcome))
    assert text.count("| **product** |") == 1
    assert text.count("| item_knn alone |") == 1
    assert "60 questions of 60 customers; seed 0; 50 paired bootstrap draws" in text
    row = next(line for line in summary([outcome]) if "Recall@20" in line)
    assert "| 0.1000 |" in row
    assert "| 0.2000 |" in row
    assert row.endswith("| yes |") == (outcome.product.figures["Recall@20"].value >= 0.9)


def test_the_ratio_to_the_best_peer_is_told(outcome: Outcome) -> None:
    floor = outcome.best("floor")
    assert floor is not None
    peer = msgspec.structs.replace(floor, name="peer", role="peer", fit_seconds=2.0, answer_seconds=0.5)
    text = "\n".join(section(msgspec.structs.replace(outcome, contenders=(*outcome.contenders, peer))))
    ratio = outcome.product.figures["Recall@20"].value / floor.figures["Recall@20"].value
    assert f"Recall@20: {ratio:.2f} times that of the best peer, peer." in text


def test_what_was_learned_is_not_learned_again(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder,) = prepared_parts("toy", TOY.prepare, data, tmp_path)
    quick = msgspec.structs.replace(TERMS, seconds=0.0)
    first = fit(folder, tmp_path / "fits", quick)
    monkeypatch.setattr("bench.protocols.fit.learn", None)
    again = fit(folder, tmp_path / "fits", quick)
    assert again.learned == first.learned
    with pytest.raises(TypeError):
        fit(folder, tmp_path / "fits", msgspec.structs.replace(quick, seed=1))


def test_folds_are_trained_apart_and_measured_together(tmp_path: Path) -> None:
    def prepare(_data: Path) -> Iterator[tuple[str, Prepared]]:
        for fold in range(2):
            lines = [
                (f"c{customer}", f"{customer}-{n}", f"i{(customer + n) % 6}", n)
                for customer in range(8)
                for n in range(4)
            ]
            names = ["customer_id", "order_id", "item_id", "ordered_at"]
            history = pl.DataFrame(lines, schema=names, orient="row")
            wanted = numbered(pl.DataFrame({"customer_id": ["c1", "c2"], "item_id": ["i1", "i2"]}), ["customer_id"])
            asked = wanted.select("query", "customer_id").unique().sort("query")
            yield f"fold{fold}", Prepared(history, asked, wanted.select("query", "item_id"))

    base = PROTOCOLS["tafeng-folds"]
    assert isinstance(base, Ranking)
    protocol = Ranking(
        "toy-folds", "", "", prepare, base.served, {"Recall@10": Aim()}, base.floors, places=10, seconds=0.0
    )
    outcome = measure(protocol, tmp_path, tmp_path / "cache", TERMS)
    assert (outcome.parts, outcome.questions, outcome.customers, outcome.search_seconds) == (2, 4, 4, 0.0)
    assert outcome.product.figures["Recall@10"].value == 1.0
