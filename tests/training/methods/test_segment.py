from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from models.batch import Batch
from models.methods.segment import Segment as Answering
from models.reasons import Code
from tests.shops import Shop
from training.learning import draft, method_arrays, shop_arrays
from training.methods import segment
from training.methods.segment import Segment, attributes


def countries(*, telling: bool = True) -> Shop:
    """Customers of two countries, who buy items of their own country nine times out of ten; a colour says nothing."""
    generator = np.random.default_rng(4)
    lines = []
    for customer in range(120):
        for day in range(10):
            own = customer % 2 if telling and generator.random() < 0.9 else int(generator.integers(2))
            item = 2 * int(generator.integers(15)) + own
            moment = dt.datetime(2023, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day)
            lines.append({"customer_id": f"c{customer:03d}", "item_id": f"i{item:02d}", "ordered_at": moment})
    customers = [
        {
            "customer_id": f"c{customer:03d}",
            "country": ("PL", "CZ")[customer % 2] if customer else None,
            "colour": ("red", "blue", "green")[int(generator.integers(3))],
            "name": f"Customer {customer}",
        }
        for customer in range(120)
    ]
    return Shop(pl.DataFrame(lines), customers=pl.DataFrame(customers))


def test_the_attribute_that_foretells_sales_makes_the_segments() -> None:
    dataset = countries().dataset
    assert set(attributes(dataset)) == {"country", "colour"}
    found = Segment().fit(dataset)
    np.testing.assert_array_equal(found.segment_, attributes(dataset)["country"])


def test_attributes_that_tell_nothing_make_none() -> None:
    found = Segment().fit(countries(telling=False).dataset)
    assert (found.segment_ == -1).all()
    assert not len(found.items_)


def test_lists_are_shares_shrunk_to_those_of_the_shop() -> None:
    dataset = countries().dataset
    found = Segment(half_life=5.0).fit(dataset)
    lines, size = dataset.lines, dataset.n_items
    shop = np.bincount(lines.item, minlength=size) / len(lines)
    for number in range(2):
        mine = found.segment_[lines.customer] == number
        weight = np.exp2(-(dataset.reference - lines.time[mine]) / 5.0)
        sold = np.bincount(lines.item[mine], weight, size)
        expected = (sold + segment.SHRINKAGE * shop) / (sold.sum() + segment.SHRINKAGE)
        listed = slice(found.indptr_[number], found.indptr_[number + 1])
        items = found.items_[listed]
        np.testing.assert_allclose(found.scores_[listed], expected[items], rtol=1e-5)
        assert (np.diff(found.scores_[listed]) <= 0).all()
        assert set(items.tolist()) == set(lines.item[mine].tolist())


def test_customers_get_the_list_of_their_segment_and_its_buyers_are_told() -> None:
    dataset = countries().dataset
    model = draft(
        shop_arrays(dataset) | method_arrays("popularity", {}, dataset) | method_arrays("segment", {}, dataset), dataset
    )
    method = model.methods["segment"]
    assert isinstance(method, Answering)
    batch = Batch.of_customers(np.array([0, 1, 2, -1], np.int32))
    slots = method.candidates(batch, 8).copy()
    method.explain(batch, slots, slots["item"] >= 0)
    assert (slots["item"][[0, 3]] == -1).all()  # of unknown country, and unknown
    parity = np.array([int(name[1:]) % 2 for name in dataset.items.ids(np.arange(dataset.n_items))])
    assert (parity[slots["item"][1]] == 1).all()
    assert (parity[slots["item"][2]] == 0).all()
    bought = dataset.purchases().toarray() > 0
    own = attributes(dataset)["country"] == attributes(dataset)["country"][1]
    np.testing.assert_array_equal(slots["n1"][1], bought[own][:, slots["item"][1]].sum(axis=0))
    assert set(slots["code"][1].tolist()) == {Code.POPULAR_IN_SEGMENT}
