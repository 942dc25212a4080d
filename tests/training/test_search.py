from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from msgspec.structs import replace

from tests.engines import learned
from tests.shops import PRESETS
from tests.training.evaluation.toys import Bought, toy
from tests.training.next_order.diary import forgotten, small_shop
from training.learning import learn_parts
from training.memory import Memory
from training.methods import LEARNERS
from training.progress import Progress
from training.recipe import BLEND, Ranking
from training.search import cascades, choose, search
from training.search import next_order as module
from training.search.cascades import repeat_share, search_cascade
from training.search.deadline import Deadline
from training.search.next_order import Asked, chosen_way, search_next_order, settings_for
from training.search.search import seen
from training.search.validation import Validation


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_the_repeat_share_is_that_of_purchases_bought_before(preset: str) -> None:
    """Of those that could be, each customer's orders but one; without the customer who repeats most."""
    known = learned(preset)
    orders: dict[str, set[Any]] = defaultdict(set)
    repeats: Counter[str] = Counter()
    for customer, _, order in known.ledger.purchases:
        orders[customer].add(order)
        repeats[customer] += 1
    repeats.subtract(customer for customer, _ in known.ledger.times)
    most = max(repeats.values())
    could = {
        who: sum(1 - 1 / len(orders[who]) for name, _, _ in known.ledger.purchases if name == who) for who in orders
    }
    expected = [
        (sum(repeats.values()) - most) / (sum(could.values()) - could[who]) if most else 0.0
        for who, count in repeats.items()
        if count == most
    ]
    assert any(repeat_share(known.dataset) == pytest.approx(each) for each in expected)


def test_customers_who_came_once_do_not_hide_that_others_buy_again() -> None:
    """One order of two repeats its item: a purchase of two that could, whoever else came once."""
    back = [("a", "tea", 1), ("a", "tea", 5), ("b", "tea", 1), ("b", "jam", 9), ("c", "tea", 1), ("c", "tea", 9)]
    bought = [Bought(*each) for each in back]
    once = [Bought(f"once {number}", "jam", 3) for number in range(50)]
    assert repeat_share(toy(bought)) == repeat_share(toy([*bought, *once])) == 0.5


def test_one_customer_who_buys_again_is_no_habit_of_the_shop() -> None:
    account = [Bought("till", item, day) for day in range(50) for item in ("tea", "jam")]
    others = [Bought(f"{number}", item, day) for number in range(9) for day, item in ((1, "tea"), (2, "jam"))]
    assert repeat_share(toy([*account, *others])) == 0.0


def test_a_shop_without_purchases_repeats_nothing() -> None:
    assert repeat_share(learned("tiny").dataset.until(-1e6)) == 0.0


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_own_purchases_lead_where_customers_repeat_them(preset: str) -> None:
    recipe = choose(learned(preset).dataset)
    repeats = preset not in ("books", "untimed")
    assert recipe.cascade == (("repurchase", BLEND, "popularity") if repeats else (BLEND, "popularity"))
    assert set(recipe.methods) <= set(LEARNERS)
    assert recipe.next_order is None


def test_without_time_nothing_is_tried_and_the_report_says_so() -> None:
    dataset = learned("grocery").dataset
    choice = search(dataset, seconds=0.0)
    assert choice.recipe == choose(dataset)
    assert choice.why["verdict"].startswith("defaults: no time")


def test_every_way_to_look_at_own_purchases_is_tried_and_the_best_one_chosen() -> None:
    dataset = learned("grocery").dataset
    trial = Validation.of(dataset, seed=0)
    recipe, why = search_cascade(trial, choose(dataset), Deadline(3_600), Progress())
    assert len(why["own_purchases"]) == 7
    leading = "own_frequency" if "own_frequency" in recipe.methods else "repurchase"
    tried = why["own_purchases"]
    assert tried[f"{leading} (half_life {recipe.methods[leading]['half_life']})"] == max(tried.values())
    assert leading in recipe.cascade
    due = {name: value for name, value in tried.items() if name.startswith("repurchase")}
    asked = f"repurchase (half_life {recipe.methods['repurchase']['half_life']})"
    assert due[asked] == max(due.values()), "reminders ask by when purchases are due, whatever leads elsewhere"
    named = recipe.methods.get("tifu")
    first = f"tifu (half_life {named['half_life']}, own_share {named['own_share']})" if named else recipe.cascade[0]
    assert cascades.WORTH * why["orders"][" > ".join((first, *recipe.cascade[1:]))] >= max(why["orders"].values())
    assert sum(order.startswith("tifu (") for order in why["orders"]) == 6
    assert sum(" > segment > popularity" in order for order in why["orders"]) == 1


def test_another_order_of_methods_has_to_be_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("grocery").dataset
    backwards = ("popularity", BLEND, "repurchase")
    recipe = replace(choose(dataset), cascade=backwards)
    trial = Validation.of(dataset, seed=0)
    found, _ = search_cascade(trial, recipe, Deadline(0.0), Progress())
    assert found.cascade == backwards, "no time for a better one"
    found, why = search_cascade(trial, recipe, Deadline(600.0), Progress())
    assert found.cascade[-3:] != backwards
    assert max(why["orders"].values()) > cascades.WORTH * why["orders"][" > ".join(backwards)]
    monkeypatch.setattr(cascades, "WORTH", 1e9)
    found, _ = search_cascade(trial, recipe, Deadline(600.0), Progress())
    assert found.cascade[-3:] == backwards


def test_seed_depth_and_threads_are_handed_on() -> None:
    recipe = choose(learned("tiny").dataset, depth=7, seed=5, threads=2)
    assert recipe.depth == 7
    assert recipe.methods["als"] == {"depth": 7, "seed": 5, "threads": 2}


def test_the_ranker_is_used_for_the_kinds_of_placement_where_it_is_likely_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And for none where too few queries teach it."""
    dataset = learned("grocery").dataset
    trial, recipe = Validation.of(dataset, seed=0), choose(dataset)
    cut = Asked(trial, learn_parts(trial.train, recipe, Progress()))
    settings = settings_for(trial.train, seed=0, threads=1)
    assert settings is not None
    monkeypatch.setattr(module, "ENOUGH_QUERIES", 100_000)
    unchanged, why = search_next_order([cut], recipe, settings, Progress(), Memory())
    assert unchanged == recipe
    assert why["verdict"].startswith("not tried")
    monkeypatch.setattr(module, "ENOUGH_QUERIES", 10)
    found, why = search_next_order([cut, cut], recipe, settings, Progress(), Memory())
    assert {use for use in why if use != "queries"} == {
        f"{name}{joined}" for name in module.LISTS for joined in ("", ", joined")
    }
    for name in module.LISTS:
        gains: dict[Ranking, Any] = {"alone": why[name], "joined": why[f"{name}, joined"]}
        assert found.ranked.get(name) == chosen_way(gains)
    assert found.next_order == (settings if found.ranked else None)
    assert replace(found, next_order=None, ranked={}) == recipe
    sure = replace(settings, forests=1)
    assert "joined" not in search_next_order([cut], recipe, sure, Progress(), Memory())[0].ranked.values()
    once = search_next_order([cut], recipe, settings, Progress(), Memory())[1]
    assert once["for_you"]["gain"][0] == why["for_you"]["gain"][0], "two cuts alike say the same"
    assert once["for_you"]["customers"] == why["for_you"]["customers"], "whose customers are one and the same"
    monkeypatch.setattr(module, "FEW_ASKED", 2.0)
    few = search_next_order([cut], recipe, settings, Progress(), Memory())[1]
    assert few == once, "whoever else is ranked changes nothing"


def test_a_next_order_is_foretold_without_times_but_not_without_repeats_too() -> None:
    shop = small_shop(3, customers=60, orders=20)
    why = search(forgotten(shop), seconds=5.0).why
    assert why["next_order"]["queries"] >= module.ENOUGH_QUERIES
    assert why["cascade"]["customers"] > 40
    books = learned("untimed").dataset
    assert search(books, seconds=5.0).why["next_order"]["verdict"] == "not tried: no orders that follow one another"


def likely(mean: float, likelihood: float) -> dict[str, Any]:
    return {"customers": 9, "gain": [mean, 0, 0], "likely": likelihood}


@pytest.mark.parametrize("least", [0.2, 0.5])
def test_the_ranker_ranks_in_the_way_that_gains_most_of_those_that_likely_do(
    least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIKELY", {"alone": 0.8, "joined": least})
    assert chosen_way({"alone": likely(0.01, 0.99), "joined": likely(0.02, 0.99)}) == "joined"
    assert chosen_way({"alone": likely(0.02, 0.99), "joined": likely(0.01, 0.99)}) == "alone"
    assert chosen_way({"alone": likely(0.02, 0.79), "joined": likely(0.01, least)}) == "joined"
    assert chosen_way({"alone": likely(-0.01, 0.1), "joined": likely(-0.001, least - 0.01)}) is None
    assert chosen_way({"alone": likely(0.02, 0.99), "joined": {"customers": 0}}) == "alone"
    assert chosen_way({"alone": {"customers": 0}}) is None


def test_few_queries_are_asked_at_closer_cuts_and_learned_from_with_care(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("grocery").dataset
    few = settings_for(dataset, seed=0, threads=1)
    monkeypatch.setattr(module, "WANTED_QUERIES", 1)
    monkeypatch.setattr(module, "FEW_QUERIES", 1)
    many = settings_for(dataset, seed=0, threads=1)
    assert few is not None
    assert many is not None
    assert few.spacing_days <= many.spacing_days
    assert few.snapshots > many.snapshots
    assert (few.objective, few.forests) == ("rank_xendcg", 4)
    assert (many.objective, many.forests) == ("lambdarank", 1)
    monkeypatch.setattr(module, "USUAL_CANDIDATES", 1_000_000)
    thin = settings_for(dataset, seed=0, threads=1)
    assert thin is not None
    assert (thin.objective, thin.forests) == ("rank_xendcg", 4), "a query of few candidates says less"


def test_what_stands_below_the_best_sellers_is_not_learned() -> None:
    dataset = learned("grocery").dataset
    recipe = replace(choose(dataset), cascade=("repurchase", "popularity", BLEND))
    kept = seen(recipe)
    assert kept.cascade == ("repurchase", "popularity")
    parts = learn_parts(dataset, kept, Progress())
    assert (parts.lists[BLEND]["item"] < 0).all()
    assert {name.split("/")[1] for name in parts.arrays if name.startswith("methods/")} >= {"item_knn", "content"}


def test_what_stands_above_the_best_sellers_is_kept() -> None:
    recipe = replace(choose(learned("grocery").dataset), cascade=(BLEND, "repurchase", "popularity"))
    assert seen(recipe) == recipe
