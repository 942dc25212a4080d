from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from models.batch import Batch
from models.methods import METHOD_NUMBER
from models.model import Model
from models.reasons import Code
from models.slots import Slots, empty_slots
from tests.engines import learned
from training.learning import draft, shop_arrays
from training.ranker import above, cascade, fused


def items_of(slots: Slots) -> list[list[int]]:
    return [[item for item in row["item"].tolist() if item >= 0] for row in slots]


def slow_cascade(model: Model, names: Sequence[str], depth: int) -> list[list[int]]:
    """One customer after the other, each method's items below those of the ones before."""
    lists = []
    for customer in range(model.shop.n_customers):
        found: list[int] = []
        for name in names:
            slots = model.methods[name].candidates(Batch.of_customers(np.array([customer], np.int32)), depth)
            found += [item for item in slots["item"][0].tolist() if item >= 0 and item not in found]
        lists.append(found[:depth])
    return lists


@pytest.mark.parametrize("names", [("repurchase", "als", "popularity"), ("als",), ()])
def test_a_cascade_is_one_list_below_the_other(names: tuple[str, ...]) -> None:
    model = learned("grocery").model
    rows = cascade(model, names, 40)
    assert items_of(rows) == slow_cascade(model, names, 40)
    for row in rows:
        filled = row[row["item"] >= 0]
        assert (np.diff(filled["score"]) <= 0).all()
        assert (filled["code"] != Code.NONE).all()
        assert set(filled["method"].tolist()) <= {METHOD_NUMBER[name] for name in names}


def test_a_list_that_is_no_methods_own_may_be_named() -> None:
    model = learned("grocery").model
    rows = empty_slots(model.shop.n_customers, 2)
    rows["item"], rows["score"] = [5, 9], [0.5, 0.4]
    rows["method"], rows["code"] = METHOD_NUMBER["als"], Code.TASTE
    found = cascade(model, ("own", "popularity"), 6, {"own": rows})
    assert [row[:2] for row in items_of(found)] == [[5, 9]] * model.shop.n_customers
    assert (found["method"][:, 2:] == METHOD_NUMBER["popularity"]).all()


def test_who_has_bought_nothing_has_no_list() -> None:
    known = learned("tiny")
    firsts = [known.dataset.lines.time[known.dataset.lines.customer == c].min() for c in range(5)]
    cut = sorted(firsts)[2]
    early = known.dataset.until(cut)
    model = draft(known.arrays | shop_arrays(early), early)
    rows = cascade(model, ("popularity",), 3)
    assert [bool(own) for own in items_of(rows)] == [first < cut for first in firsts]


def test_ranked_items_stand_above_the_cascade_each_with_what_speaks_for_it() -> None:
    known = learned("grocery")
    model, rows = known.model, known.arrays["ranked/for_you"]
    bought = [set(known.dataset.lines.item[known.dataset.lines.customer == c].tolist()) for c in range(90)]
    ranked = empty_slots(90, 3)
    for customer, own in enumerate(bought):
        other = next(item for item in range(known.dataset.n_items) if item not in own)
        ranked["item"][customer, :2], ranked["score"][customer, :2] = [max(own), other], [0.9, 0.8]
    expected = [
        [*ranked["item"][c, :2].tolist(), *(i for i in row if i not in ranked["item"][c, :2].tolist())]
        for c, row in enumerate(items_of(rows))
    ]
    merged = above(model, ranked, rows)
    assert merged.shape == rows.shape
    assert items_of(merged) == [row[: rows.shape[1]] for row in expected]
    told = {Code.BECAUSE_YOU_BOUGHT: bought, Code.POPULAR: [{-1}] * 90}
    for customer, row in enumerate(merged):
        assert row["code"][0] in (Code.BUY_AGAIN, Code.BOUGHT_BEFORE)
        assert row["evidence"][1] in told[Code(int(row["code"][1]))][customer]
        assert (np.diff(row["score"][row["item"] >= 0]) <= 0).all()


def test_lists_are_fused_by_their_ranks() -> None:
    def listed(*rows: list[int]) -> Slots:
        slots = empty_slots(len(rows), 4)
        for row, items in enumerate(rows):
            slots["item"][row, : len(items)] = items
        return slots

    merged = fused(listed([1, 2, 3], [], [5]), listed([2, 9], [7, 8], [5]))
    assert merged["item"].tolist() == [[2, 1, 9, 3], [-1] * 4, [5, -1, -1, -1]]
    assert merged["score"][0, 0] == pytest.approx(1 / 12 + 1 / 11)
