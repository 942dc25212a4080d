from __future__ import annotations

import numpy as np

from models.reasons import Code
from tests.engines import learned
from tests.models.methods.shops import shown
from training.methods.arrivals import Arrivals
from training.methods.bought import capped
from training.methods.content import Alike


def test_new_items_are_ranked_by_what_a_customers_purchases_say_for_them() -> None:
    """The last type of the synthetic shops is new: four items, sold to nobody yet."""
    dataset = learned("grocery").dataset
    found = Arrivals().fit(dataset).rows_
    titles = [dataset.catalogue().columns["title"].value(row) for row in range(dataset.n_items)]
    new = np.array([row for row, title in enumerate(titles) if title.startswith("Type 18")])
    alike = Alike.of(dataset, seed=0)
    bought = capped(dataset.purchases()).toarray()
    ever = np.flatnonzero(bought.any(axis=0))
    parts = alike.description.alike(np.repeat(new, len(ever)), np.tile(ever, len(new)))
    scores = np.where(parts[:, :3].any(axis=1), parts @ alike.weights, 0.0)  # a price alone is no likeness
    expected = bought[:, ever] @ scores.reshape(len(new), len(ever)).T
    assert len(shown(found)) == dataset.n_customers
    for row, sums, own in zip(found, expected, bought, strict=True):
        filled = row[row["item"] >= 0]
        assert set(filled["item"].tolist()) == set(new.tolist())
        np.testing.assert_allclose(filled["score"], -np.sort(-sums), rtol=1e-4)
        assert set(filled["code"].tolist()) == {Code.ALIKE_BOUGHT}
        assert own[filled["evidence"]].all()


def test_the_evidence_is_what_speaks_for_an_item_the_most() -> None:
    dataset = learned("grocery").dataset
    found = Arrivals().fit(dataset).rows_
    alike = Alike.of(dataset, seed=0)
    bought = capped(dataset.purchases())
    for customer in range(0, dataset.n_customers, 7):
        own = bought[customer].indices
        for slot in found[customer]:
            said = alike.description.alike(np.full(len(own), slot["item"]), own) @ alike.weights
            assert said[own == slot["evidence"]] == said.max()


def test_a_shop_without_new_items_has_no_arrivals() -> None:
    assert not (Arrivals().fit(learned("no_catalogue").dataset).rows_["item"] >= 0).any()
