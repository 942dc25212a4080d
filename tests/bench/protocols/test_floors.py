from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bench.protocols import floors
from bench.protocols.fit import Terms, config_of
from bench.protocols.prepared import Prepared
from bench.protocols.questions import Questions
from training.dataset import Dataset
from training.load import load

# Orders of customers a and b as positions; c buys the best seller z alone, over and over.
ORDERS = {
    "a": [["x", "y"], ["y"], ["x", "w"]],
    "b": [["w"], ["w", "v"], ["v", "y"]],
    "c": [["z"]] * 20,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Prepared]:
    lines = [
        (customer, f"{customer}{number}", item, number)
        for customer, orders in ORDERS.items()
        for number, order in enumerate(orders)
        for item in order
    ]
    names = ["customer_id", "order_id", "item_id", "ordered_at"]
    prepared = Prepared(
        order_lines=pl.DataFrame(lines, schema=names, orient="row"),
        asked=pl.DataFrame({"query": [0, 1, 2], "customer_id": ["a", "b", "nobody"]}),
        wanted=pl.DataFrame({"query": [0, 1, 1, 2], "item_id": ["x", "v", "never sold", "z"]}),
        anchors=pl.DataFrame({"query": [0, 1], "item_id": ["y", "w"]}),
    )
    folder = tmp_path_factory.mktemp("prepared") / "toy"
    prepared.write(folder)
    return load(config_of(folder, Terms())).dataset, Prepared.read(folder)


def names(dataset: Dataset, rows: np.ndarray) -> list[str]:
    return [dataset.items.array[row].decode() if row >= 0 else "-" for row in rows]


def asked(shop: tuple[Dataset, Prepared], *, anchors: bool = False) -> Questions:
    dataset, prepared = shop
    return Questions.of(
        prepared if anchors else Prepared(prepared.order_lines, prepared.asked, prepared.wanted), dataset
    )


def test_items_never_sold_are_wanted_beyond_all_rows(shop: tuple[Dataset, Prepared]) -> None:
    questions = asked(shop)
    assert questions.truth.lengths.tolist() == [1, 2, 1]
    assert (questions.truth.values >= shop[0].n_items).sum() == 1
    assert questions.batch.customers.tolist()[-1] == -1


@pytest.mark.parametrize(
    ("floor", "shown"),
    [
        (floors.own_frequency, ["yxwzv", "wvyzx", "zwyvx"]),  # sold: z 20, w 3, y 3, v 2, x 2
        (floors.own_decayed, ["xywzv", "vwyzx", "zwyvx"]),
        (floors.popularity, ["zwyvx"] * 3),
        (floors.recent_popularity, ["zwyvx"] * 3),
        (floors.unbought_popularity, ["zv", "zx", "zwyvx"]),
    ],
)
def test_floors_of_a_toy_shop(shop: tuple[Dataset, Prepared], floor: floors.Floor, shown: list[str]) -> None:
    found = floor(shop[0], asked(shop), 7)
    assert found.shape == (3, 7)
    assert ["".join(names(shop[0], row)) for row in found] == [each.ljust(7, "-") for each in shown]


def test_item_cosine_is_summed_over_what_was_bought(shop: tuple[Dataset, Prepared]) -> None:
    found = floors.item_cosine(shop[0], asked(shop), 2)
    assert [names(shop[0], row)[0] for row in found[:2]] == ["v", "x"]  # a's neighbour b holds v, b's neighbour a x


def test_basket_cosine_looks_at_the_cart_and_leaves_it_out(shop: tuple[Dataset, Prepared]) -> None:
    prepared = shop[1]
    carts = Prepared(prepared.order_lines, prepared.asked[:2], prepared.wanted, anchors=prepared.anchors)
    found = floors.basket_cosine(shop[0], Questions.of(carts, shop[0]), 5)
    assert ["".join(names(shop[0], row)) for row in found] == ["vxzw-", "vxzy-"]


def test_cosine_and_nearest_are_those_of_a_plain_loop() -> None:
    bought = (np.random.default_rng(0).random((30, 12)) < 0.3).astype(np.float32)
    alike = floors.cosine(floors.csr_matrix(bought)).toarray()
    size = np.sqrt(bought.sum(axis=0))
    plain = (bought.T @ bought) / np.outer(size, size)
    np.fill_diagonal(plain, 0.0)
    np.testing.assert_allclose(alike, plain, atol=1e-6)
    kept = floors.nearest(floors.csr_matrix(alike), 3).toarray()
    for row, whole in zip(kept, plain, strict=True):
        np.testing.assert_allclose(np.sort(row)[-3:], np.sort(whole)[-3:], atol=1e-6)
        assert (row > 0).sum() == 3
