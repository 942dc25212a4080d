from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from models.batch import Batch
from models.methods import METHODS
from tests.engines import learned
from tests.shops import PRESETS
from training.learning import cascades, learn, learn_parts, shop_arrays
from training.progress import Progress
from training.search import choose
from training.threads import at_most

every_shop = pytest.mark.parametrize("preset", sorted(PRESETS))


@every_shop
def test_a_history_is_what_each_customer_bought_how_often_and_how_long_ago(preset: str) -> None:
    known = learned(preset)
    history, items = known.model.shop.history, known.model.items
    for customer, bought in known.ledger.bought.items():
        row = known.model.customers.row(customer, missing=-1)
        span = history.of(row)
        products = [known.ledger.product(name) for name in items.ids(history.items.values[span])]
        assert history.items.values[span].tolist() == sorted(history.items.values[span].tolist())
        assert set(products) == known.ledger.products(bought)
        orders = [len(known.ledger.times[customer, product]) for product in products]
        assert history.count[span].tolist() == orders
        if known.dataset.unit == "day":
            last = [max(known.ledger.times[customer, product]) for product in products]
            assert history.age[span].tolist() == pytest.approx([known.dataset.reference - t for t in last], abs=1e-3)


def test_the_age_of_a_position_is_the_orders_since() -> None:
    known = learned("sequence")
    for customer in list(known.ledger.bought)[:20]:
        positions = {t for (c, _), times in known.ledger.times.items() if c == customer for t in times}
        span = known.model.shop.history.of(known.model.customers.row(customer, missing=-1))
        products = known.model.items.ids(known.model.shop.history.items.values[span])
        since = [sum(t > max(known.ledger.times[customer, p]) for t in positions) for p in products]
        assert known.model.shop.history.age[span].tolist() == since


def test_of_variants_the_one_bought_last_is_remembered() -> None:
    known = learned("variants")
    history, items = known.model.shop.history, known.model.items
    assert history.variant is not None
    latest: dict[tuple[str, str], tuple[float, set[str]]] = {}
    for row in known.shop.order_lines.to_dicts():
        if row["customer_id"] is None:
            continue
        key, time = (row["customer_id"], known.ledger.product(row["item_id"])), row["ordered_at"].timestamp()
        if time > latest.get(key, (0.0, set()))[0]:
            latest[key] = (time, set())
        latest[key][1].add(row["item_id"])
    for customer in range(known.dataset.n_customers):
        span = history.of(customer)
        for lead, variant in zip(history.items.values[span].tolist(), history.variant[span].tolist(), strict=True):
            key = (known.model.customers.id(customer), known.ledger.product(items.id(lead)))
            assert items.id(variant) in latest[key][1]


def test_without_variants_none_is_remembered() -> None:
    assert "history/variant" not in shop_arrays(learned("grocery").dataset)


@pytest.mark.parametrize("preset", ["grocery", "variants", "tiny"])
def test_the_same_data_and_recipe_give_the_same_bytes(preset: str) -> None:
    dataset = learned(preset).dataset
    first, second = (learn(dataset, choose(dataset), Progress()) for _ in range(2))
    assert {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in first.items()} == {
        name: (array.dtype.str, array.shape, array.tobytes()) for name, array in second.items()
    }


@every_shop
def test_every_method_of_the_recipe_is_learned_and_can_answer(preset: str) -> None:
    known = learned(preset)
    wanted = set(choose(known.dataset).methods)
    assert wanted <= set(known.model.methods) <= {method.name for method in METHODS}
    assert "popularity" in known.model.methods
    assert known.arrays["ranked/for_you"].shape[0] == known.dataset.n_customers


def test_what_is_learned_is_said_as_it_goes() -> None:
    dataset = learned("grocery").dataset
    with Progress() as progress, progress.within("bundle"):
        learn(dataset, choose(dataset), progress)
    said = ("learn methods", "learn repurchase", "learn item_knn", "blend", "rank")
    assert [name for name in said if f"bundle: {name}" not in progress.seconds] == []


def test_any_number_of_threads_learns_the_same() -> None:
    dataset = learned("grocery").dataset
    with at_most(1):
        alone = learn(dataset, choose(dataset), Progress())
    together = learn(dataset, choose(dataset), Progress())
    assert {name: array.tobytes() for name, array in alone.items()} == {
        name: array.tobytes() for name, array in together.items()
    }


def test_of_two_methods_of_one_name_that_of_the_blend_stands() -> None:
    dataset = learned("grocery").dataset
    recipe = choose(dataset)
    assert recipe.discovery is not None
    twice = recipe.methods | {"popularity": {"half_life": 1.0}}
    arrays = [learn_parts(dataset, each, Progress()).arrays for each in (recipe, replace(recipe, methods=twice))]
    names = [name for name in arrays[0] if name.startswith("methods/popularity/")]
    assert names
    assert all(np.array_equal(*(each[name] for each in arrays)) for name in names)


def test_what_comes_after_the_cut_is_not_in_the_history() -> None:
    known = learned("grocery")
    cut = known.dataset.reference - 60
    arrays = shop_arrays(known.dataset.until(cut))
    earlier = [sum(time < cut for time in times) for times in known.ledger.times.values()]
    assert arrays["history/count"].sum() == sum(earlier)
    assert (arrays["history/age"] > 0).all()


@pytest.mark.parametrize("preset", ["grocery", "sequence"])
def test_where_own_purchases_lead_everyone_also_has_a_list_without_them(preset: str) -> None:
    """Own purchases may fill a whole list, and would leave nothing where they are hidden."""
    known = learned(preset)
    rows, history = known.arrays["ranked/new"], known.model.shop.history
    served = known.engine.placements["new_to_you"]
    for customer in range(known.dataset.n_customers):
        batch = Batch.of_customers(np.array([customer], np.int32))
        shown = [item for item in known.engine.slots(served, batch).slots["item"][0].tolist() if item >= 0]
        listed = rows["item"][customer]
        owned = history.positions(batch.customers, listed[None])[0] >= 0
        sellable = [i for i in listed[(listed >= 0) & ~owned].tolist() if known.model.shop.catalogue.sellable[i]]
        assert shown[: len(sellable)] == sellable[: len(shown)]
    assert (rows["item"] >= 0).any()


def test_where_nothing_is_bought_again_one_list_is_enough() -> None:
    known = learned("books")
    assert "ranked/new" not in known.arrays


def test_own_purchases_are_listed_only_where_the_ranker_ranks_them() -> None:
    known = learned("grocery")
    recipe = choose(known.dataset)
    parts = learn_parts(known.dataset, recipe, Progress())
    assert cascades(known.model, recipe, parts.lists, recipe.ranked).keys() == {"for_you", "new"}
    assert cascades(known.model, recipe, parts.lists, ("buy_again",)).keys() == {"for_you", "buy_again", "new"}
