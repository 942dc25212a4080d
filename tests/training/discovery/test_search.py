from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import msgspec
import numpy as np
import polars as pl
import pytest
from msgspec.structs import replace as replace_in

from models.batch import Batch
from models.explain import explain
from models.ids import IdMap
from models.methods import METHOD_NAMES
from models.reasons import Code
from tests.engines import learned
from tests.shops import Shop
from training.dataset import Dataset, OrderLines
from training.discovery import Discovery, choose_discovery, learn_discovery, search
from training.discovery.blend import Pool
from training.discovery.holdout import Holdout, hold_out
from training.discovery.judge import mean_of_means, ndcg
from training.discovery.scorers import COLD_BUYERS, of_sales
from training.discovery.settings import CANDIDATES, COLD, DEFAULT, TRENDING
from training.discovery.space import Settings, item_knn_space
from training.discovery.trees import Lesson, Trees
from training.learning import draft, shop_arrays
from training.methods.item_knn import ItemKNN
from training.methods.popularity import HALF_LIFE, TREND_HALF_LIFE, decayed_sales
from training.methods.scorer import Constant, Scorer
from training.ranker import cascade
from training.recipe import BLEND, Recipe

PATIENT = 1e6  # seconds: every trial is made


@pytest.fixture(autouse=True)
def few_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        search, "MOST_TRIALS", {"item_knn": 6, "rp3beta": 5, "content": 1, "ridge": 5, "ease": 5, "ials": 2}
    )
    monkeypatch.setattr(search, "FACTORS", 8)
    monkeypatch.setattr(search, "MORE_FACTORS", 12)


@cache
def choice(preset: str) -> Discovery:
    return choose_discovery(learned(preset).dataset, seconds=PATIENT)


def test_the_same_seed_chooses_the_same_and_says_why() -> None:
    chosen = choice("untimed")
    assert chosen == choose_discovery(learned("untimed").dataset, seconds=PATIENT)
    assert chosen.why is not None
    assert chosen.why.trials == {"item_knn": 6, "rp3beta": 5, "ridge": 5, "ease": 5, "ials": 3}
    singles = [value for name, value in chosen.why.ndcg_at_20.items() if name != "blend"]
    assert chosen.why.ndcg_at_20["blend"] >= max(singles)


def test_few_questions_move_the_usual_weights_only_where_that_gains_surely(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("untimed").dataset
    monkeypatch.setattr(search, "SURE", 1e9)
    usual = choose_discovery(dataset, seconds=PATIENT)
    assert usual.weights == {name: search.USUAL[name] for name in ("item_knn", "ridge", "ials", "popularity")}
    assert search.usual_weights(["item_knn", "ials", "popularity"]).tolist() == pytest.approx([0.8, 0.5, 0.8])
    monkeypatch.setattr(search, "MANY_ASKED", 1)
    many = choose_discovery(dataset, seconds=PATIENT)
    assert many.weights != usual.weights
    assert many.why is not None
    assert usual.why is not None
    assert many.why.ndcg_at_20["blend"] > usual.why.ndcg_at_20["blend"]


def test_the_choice_is_kept_in_a_recipe() -> None:
    recipe = Recipe(methods={}, cascade=(), discovery=choice("untimed"))
    assert msgspec.json.decode(msgspec.json.encode(recipe), type=Recipe) == recipe


def test_without_time_or_without_anything_new_the_defaults_are_taken() -> None:
    dataset = learned("untimed").dataset
    assert choose_discovery(dataset, seconds=0) == DEFAULT
    nothing = dataset.lines.select(np.zeros(len(dataset.lines), np.bool_))
    assert choose_discovery(replace(dataset, lines=nothing)) == DEFAULT


def test_a_search_that_runs_out_of_time_still_answers() -> None:
    chosen = choose_discovery(learned("grocery").dataset, seconds=1e-6)
    assert chosen.why is not None
    assert chosen.why.trials == {"item_knn": 1}
    assert "content" in chosen.methods


class Clock:
    """Stands still but for what is learned."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize(("seconds", "trials"), [(60.0, 1), (80.0, 2), (120.0, 2), (130.0, 3)])
def test_a_trial_is_begun_while_half_of_it_fits(seconds: float, trials: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Item-kNN has a fifth of the time; the first trial is made whatever it takes."""
    clock, (held, _) = Clock(), hold_out(learned("grocery").dataset, 0)
    monkeypatch.setattr(search, "time", clock)

    def learn(settings: Settings, held: Holdout) -> Scorer:
        clock.now += 10.0 / rounds
        return ItemKNN(**settings).learn(held.purchases)

    rounds = len(held)
    searching = search._Search(held, np.random.default_rng(0), clock.now, seconds)
    assert searching.tune("item_knn", item_knn_space(held[0].train.n_items), learn).trials == trials


def test_ials_is_tried_where_the_time_that_is_left_may_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_TRIALS", dict.fromkeys(search.MOST_TRIALS, 1))
    for work, tried in ((1e-3, False), (1e12, True)):
        monkeypatch.setattr(search, "WORK_A_SECOND", work)
        chosen = choose_discovery(two_kinds(), seconds=600.0)
        assert chosen.why is not None
        assert ("ials" in chosen.why.trials) == tried


def test_taste_outweighs_popularity_where_popularity_says_nothing() -> None:
    chosen = choose_discovery(two_kinds(), seconds=PATIENT)
    assert chosen.why is not None
    assert chosen.why.ndcg_at_20["blend"] > 0.3
    assert chosen.weights.get("popularity", 0.0) < max(chosen.weights.values())
    rows, _ = learn_discovery(two_kinds(), chosen, depth=5)
    kind = np.arange(two_kinds().n_customers) % 2
    best = rows["item"][:, 0]
    assert (best[best >= 0] % 2 == kind[best >= 0]).mean() > 0.95


def test_ease_is_tried_where_its_inverses_take_little_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_TRIALS", dict.fromkeys(search.MOST_TRIALS, 1))
    for share, tried in ((1e-9, False), (1e-3, True)):
        monkeypatch.setattr(search, "EASE_SHARE", share)
        chosen = choose_discovery(two_kinds(), seconds=600.0)
        assert chosen.why is not None
        assert ("ease" in chosen.why.trials) == tried


def collectors() -> Dataset:
    """1,000 customers without times. Half buy one hit of ten and most of a series, half one of a series and hits."""
    generator = np.random.default_rng(4)
    lines = []
    for customer in range(1_000):
        series = 10 + 15 * int(generator.integers(20)) + generator.permutation(15)
        hits = generator.permutation(10)
        bought = np.append(series[:9], hits[:1]) if customer % 2 else np.append(hits[:4], series[:1])
        lines += [{"customer_id": f"c{customer:04d}", "item_id": f"i{item:03d}"} for item in bought.tolist()]
    return Shop(pl.DataFrame(lines)).dataset


def test_a_search_for_trees_says_what_they_gain_and_keeps_them_only_where_that_is_sure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "MOST_TRIALS", dict.fromkeys(search.MOST_TRIALS, 1))
    chosen = choose_discovery(collectors(), seconds=PATIENT, trees=True)
    assert chosen.why is not None
    assert chosen.why.trees is not None
    assert bool(chosen.trees) == (chosen.why.trees.low > 0)
    assert replace_in(chosen, trees=b"", why=replace_in(chosen.why, trees=None)) == choose_discovery(
        collectors(), seconds=PATIENT
    )


def test_lists_are_made_by_the_trees_of_a_recipe_and_their_reasons_by_the_blend() -> None:
    dataset = collectors()
    knn, popular = ItemKNN(), Constant(np.zeros(dataset.n_items, np.float32) + 1)
    (held, *_), _ = hold_out(dataset, seed=0)
    scorers = [knn.learn(held.purchases), popular]
    weights = np.array([1.0, 0.5], np.float32)
    pool = Pool.of(scorers, held.bought, [scorer.best(held.bought, 30)[0] for scorer in scorers])
    lesson = Lesson.of(held, scorers, pool, weights)
    trees = Trees.grown([lesson], [np.ones(len(held.customers), np.bool_)], seed=0, threads=1)
    discovery = Discovery(
        methods={"popularity": {}, "item_knn": {"depth": CANDIDATES}},
        weights={"item_knn": 1.0, "popularity": 0.5},
        trees=trees.packed,
    )
    recipe = Recipe(methods={}, cascade=(), discovery=discovery)
    assert msgspec.convert(msgspec.to_builtins(recipe), Recipe) == recipe
    rows, arrays = learn_discovery(dataset, discovery, depth=10)
    plain, same = learn_discovery(dataset, replace_in(discovery, trees=b""), depth=10)
    assert {name: array.tobytes() for name, array in arrays.items()} == {
        name: array.tobytes() for name, array in same.items()
    }
    assert (rows["item"] != plain["item"]).any(axis=1).mean() > 0.2
    assert (np.diff(rows["score"], axis=1) <= 0).all()
    both = (rows["item"][:, :, None] == plain["item"][:, None, :]) & (rows["item"][:, :, None] >= 0)
    customer, place, other = np.nonzero(both)
    assert len(customer) > 5_000
    told = ["method", "code", "evidence"]
    assert rows[told][customer, place].tolist() == plain[told][customer, other].tolist()


def two_kinds() -> Dataset:
    """120 customers x 60 items without times: customer c buys 12 items of those with the parity of c."""
    base = learned("untimed").dataset
    generator = np.random.default_rng(0)
    customer = np.repeat(np.arange(120), 12).astype(np.int32)
    item = np.concatenate([2 * generator.choice(30, 12, replace=False) + c % 2 for c in range(120)]).astype(np.int32)
    size = len(customer)
    lines = OrderLines(
        customer=customer,
        item=item,
        variant=item,
        order=customer,
        time=np.zeros(size),
        quantity=np.ones(size, np.float32),
        price=np.full(size, np.nan, np.float32),
    )
    items, customers = (IdMap.build(f"{n:03d}" for n in range(count)) for count in (60, 120))
    arrays = {"sellable": np.ones(60, np.bool_)}
    return replace(
        base,
        customers=customers,
        items=items,
        lines=lines,
        columns={},
        arrays=arrays,
        customer_columns={},
        customer_arrays={},
    )


def seasons() -> Dataset:
    """Every week each of 8 kinds has three new items, sold in that week alone; customers buy new items of their kind.

    In the last week nothing has been sold yet.
    """
    generator = np.random.default_rng(1)
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    weeks, kinds = 20, 8
    lines = [
        {
            "customer_id": f"c{customer:03d}",
            "item_id": f"{week:02d}-{customer % kinds if generator.random() < 0.9 else generator.integers(kinds)}-{n}",
            "ordered_at": start + dt.timedelta(days=7 * week + int(generator.integers(7))),
        }
        for customer in range(600)
        for week in generator.choice(weeks, 8, replace=False).tolist()
        for n in generator.choice(3, 2, replace=False).tolist()
    ]
    items = [
        {
            "item_id": f"{week:02d}-{kind}-{n}",
            "brand": ("Alba", "Benedikt", "Cerny", "Dole")[kind % 4],
            "category": f"Wear > {kind // 4}",
            "added_at": start + dt.timedelta(days=7 * week),
        }
        for week in range(weeks + 1)
        for kind in range(kinds)
        for n in range(3)
    ]
    return Shop(pl.DataFrame(lines), pl.DataFrame(items)).dataset


def test_what_nobody_bought_yet_is_found_where_customers_buy_what_is_new() -> None:
    dataset = seasons()
    chosen = choose_discovery(dataset, seconds=PATIENT)
    assert chosen.why is not None
    assert chosen.weights.get("content", 0.0) + chosen.weights.get(COLD, 0.0) > 0
    singles = [value for name, value in chosen.why.ndcg_at_20.items() if name != "blend"]
    assert chosen.why.ndcg_at_20["blend"] > max(singles) + 0.2
    rows, _ = learn_discovery(dataset, chosen, depth=20)
    names = dataset.items.ids(np.arange(dataset.n_items))
    kind = np.array([int(name.split("-")[1]) for name in names])
    new = np.array([name.startswith("20") for name in names])
    own = np.array([int(name[1:]) % 8 for name in dataset.customers.ids(np.arange(dataset.n_customers))])
    shown = rows["item"][:, :3]
    assert ((shown >= 0) & new[shown] & (kind[shown] == own[:, None])).any(axis=1).mean() > 0.9
    cold = rows[new[rows["item"]] & (rows["item"] >= 0)]
    assert set(cold["code"].tolist()) == {Code.ALIKE_BOUGHT}
    assert (cold["evidence"] >= 0).all()


def changing_tastes() -> Dataset:
    """Everybody buys anything of last year's fashion once, and in the last weeks all want the same few new things."""
    generator = np.random.default_rng(3)
    start = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    lines = []
    for customer in range(300):
        bought = [(item, int(generator.integers(200, 300))) for item in generator.choice(20, 12, replace=False)]
        bought += [(20 + item, int(generator.integers(310, 365))) for item in generator.choice(15, 5, replace=False)]
        for item, day in bought:
            moment = start + dt.timedelta(days=day)
            lines.append({"customer_id": f"c{customer:03d}", "item_id": f"i{item:02d}", "ordered_at": moment})
    return Shop(pl.DataFrame(lines)).dataset


def test_what_sells_now_is_a_part_of_the_blend_where_tastes_change() -> None:
    dataset = changing_tastes()
    held = hold_out(dataset, 0)[0][0]
    discovery = Discovery(methods={"popularity": {}}, weights={TRENDING: 1.0})
    rows, _ = learn_discovery(dataset, discovery, depth=5)
    sales = decayed_sales(dataset, TREND_HALF_LIFE)
    owned = dataset.purchases().toarray() > 0
    expected = np.argsort(np.where(owned, np.inf, -sales[None].astype(float)), axis=1, kind="stable")
    assert rows["item"].tolist() == expected[:, :5].tolist()
    assert (rows["method"] == METHOD_NAMES.index("popularity")).all()
    assert foretold(held, TREND_HALF_LIFE) > foretold(held, HALF_LIFE)
    assert TRENDING in choose_discovery(dataset, seconds=PATIENT).weights


def foretold(held: Holdout, half_life: float) -> float:
    """How well sales of the given half-life foretell what was held out."""
    scorer = of_sales(decayed_sales(held.train, half_life))
    return mean_of_means([ndcg(scorer.best(held.bought, 20)[0], held)])


def window_shoppers(*, telling: bool) -> Dataset:
    """Customers buy anything; where views tell, they look at it days before, and at something else every time."""
    generator = np.random.default_rng(2)
    start = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    lines, looks = [], []
    for customer in range(400):
        bought = generator.choice(80, 8, replace=False)
        for item, day in zip(bought.tolist(), np.sort(generator.choice(200, 8, replace=False)).tolist(), strict=True):
            name, moment = f"c{customer:03d}", start + dt.timedelta(days=day)
            lines.append({"customer_id": name, "item_id": f"i{item:02d}", "ordered_at": moment})
            for seen in (item if telling else int(generator.integers(80)), int(generator.integers(80))):
                before = moment - dt.timedelta(days=int(generator.integers(6, 20)))
                looks.append(
                    {"customer_id": name, "item_id": f"i{seen:02d}", "occurred_at": before, "event": "product_viewed"}
                )
    looks.append(looks[-1] | {"customer_id": "visitor", "item_id": "i07"})
    return Shop(pl.DataFrame(lines), events=pl.DataFrame(looks)).dataset


def test_views_gain_where_they_foretell_purchases_and_weigh_little_where_they_do_not() -> None:
    dataset = window_shoppers(telling=True)
    chosen, blind = (choose_discovery(each, seconds=PATIENT) for each in (dataset, replace(dataset, events=None)))
    assert chosen.why is not None
    assert blind.why is not None
    assert "looked_at" in chosen.weights
    assert chosen.why.ndcg_at_20["blend"] > 2 * blind.why.ndcg_at_20["blend"]
    assert blind.events == 0
    random = choose_discovery(window_shoppers(telling=False), seconds=PATIENT)
    assert random.why is not None
    assert random.why.ndcg_at_20["blend"] < 1.2 * blind.why.ndcg_at_20["blend"]


def test_a_visitor_gets_what_was_looked_at_and_what_goes_with_it() -> None:
    dataset = window_shoppers(telling=True)
    rows, arrays = learn_discovery(dataset, choose_discovery(dataset, seconds=0), depth=10)
    visitor = dataset.customers.row("visitor", missing=-1)
    model = draft(shop_arrays(dataset) | arrays, dataset)
    shown = rows[visitor : visitor + 1].copy()
    explain(model.methods, Batch.of_customers(np.array([visitor], np.int32)), shown)
    (seen,) = dataset.items.rows(["i07"], missing=-1)
    told = {int(slot["item"]): Code(int(slot["code"])) for slot in shown[0] if slot["item"] >= 0}
    assert told[int(seen)] == Code.LOOKED_AT
    others = {code for item, code in told.items() if item != seen}
    assert Code.BECAUSE_YOU_VIEWED in others
    assert others <= {Code.BECAUSE_YOU_VIEWED, Code.POPULAR}
    assert set(shown["evidence"][shown["code"] == Code.BECAUSE_YOU_VIEWED].tolist()) == {seen}
    full = cascade(model, ("looked_at", BLEND, "popularity"), 10, {BLEND: rows})
    assert full["item"][visitor, 0] == seen


def test_content_speaks_for_cold_items_alone_where_a_blend_says_so() -> None:
    dataset = seasons()
    discovery = Discovery(methods={"content": {}}, weights={COLD: 1.0})
    rows, _ = learn_discovery(dataset, discovery, depth=30)
    shown = rows["item"][rows["item"] >= 0]
    buyers = np.bincount(dataset.purchases().indices, minlength=dataset.n_items)
    assert len(shown) > 1_000
    assert buyers[shown].max() < COLD_BUYERS


@pytest.mark.parametrize("preset", ["untimed", "grocery", "tiny"])
def test_rows_hold_what_was_never_bought_once_each(preset: str) -> None:
    dataset = learned(preset).dataset
    rows, arrays = learn_discovery(dataset, choice(preset), depth=30)
    assert rows.shape == (dataset.n_customers, 30)
    assert {name.split("/")[1] for name in arrays} == set(choice(preset).methods)
    bought = dataset.purchases().toarray() > 0
    for row, own in zip(rows, bought, strict=True):
        items = row["item"][row["item"] >= 0]
        assert len(np.unique(items)) == len(items)
        assert not own[items].any()
        assert (row["item"][len(items) :] == -1).all()


def test_one_customer_of_one_item_is_learned() -> None:
    dataset = two_kinds()
    alone = replace(dataset, lines=dataset.lines.select(np.arange(len(dataset.lines)) < 1))
    rows, _ = learn_discovery(alone, choose_discovery(alone), depth=5)
    assert (rows["item"][1:] == -1).all()
    assert not (rows["item"][0] == alone.lines.item[0]).any()


def test_learning_twice_gives_the_same_bytes() -> None:
    dataset = learned("untimed").dataset
    once, again = (learn_discovery(dataset, choice("untimed"), depth=20) for _ in range(2))
    assert once[0].tobytes() == again[0].tobytes()
    assert {name: array.tobytes() for name, array in once[1].items()} == {
        name: array.tobytes() for name, array in again[1].items()
    }


@pytest.mark.parametrize("preset", ["untimed", "grocery"])
def test_reasons_are_those_the_methods_would_give(preset: str) -> None:
    dataset = learned(preset).dataset
    discovery = Discovery(
        methods={"popularity": {}, "item_knn": {}, "ridge": {"regularization": 1.0}, "content": {}},
        weights={"item_knn": 1.0, "ridge": 1.0, "content": 1.0},
    )
    rows, arrays = learn_discovery(dataset, discovery, depth=20)
    told_by = {"item_knn", "ridge", "content"} - ({"content"} if preset == "untimed" else set())
    assert {METHOD_NAMES[number] for number in rows["method"][rows["item"] >= 0]} == told_by
    silent = rows.copy()
    silent["code"], silent["evidence"] = Code.NONE, -1
    model = draft(shop_arrays(dataset) | arrays, dataset)
    explain(model.methods, Batch.of_customers(np.arange(dataset.n_customers, dtype=np.int32)), silent)
    assert silent.tolist() == rows.tolist()
    assert (rows["evidence"][rows["item"] >= 0] >= 0).mean() > 0.9
