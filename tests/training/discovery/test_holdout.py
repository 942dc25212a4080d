from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.engines import learned
from tests.training.evaluation.toys import Bought, toy
from training.dataset import Dataset, OrderLines
from training.discovery import choose_discovery, holdout
from training.discovery.holdout import AT_RANDOM, IN_TIME, ORDERS_AT_RANDOM, hold_out


def pairs(lines: OrderLines) -> set[tuple[int, int]]:
    return {(c, i) for c, i in zip(lines.customer.tolist(), lines.item.tolist(), strict=True) if c >= 0}


def truths(held: holdout.Holdout) -> set[tuple[int, int]]:
    return set(zip(held.customers[held.truth.queries()].tolist(), held.truth.values.tolist(), strict=True))


def test_timed_shops_are_judged_by_what_was_new_in_the_latest_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdout, "FEWEST", 5)
    dataset = learned("grocery").dataset
    monkeypatch.setattr(holdout, "ENOUGH_IN_TIME", 5)
    (held,), protocol = hold_out(dataset, seed=0)
    assert protocol == IN_TIME.format(share=0.1, cuts=1)
    cut = held.train.reference
    assert held.train.lines.time.max() < cut
    later = dataset.lines.select(dataset.lines.time >= cut)
    assert len(later) <= 0.1 * len(dataset.lines) + 50
    known = pairs(held.train.lines)
    seen = {customer for customer, _ in known}
    assert truths(held) == {pair for pair in pairs(later) - known if pair[0] in seen}


def test_sequences_are_judged_by_each_customers_last_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdout, "FEWEST", 5)
    dataset = learned("sequence").dataset
    held, protocol = hold_out(dataset, seed=0)
    assert protocol == IN_TIME.format(share=0.1, cuts=len(held))
    ends = [each.train.lines.time.max() for each in held]
    assert ends == [dataset.lines.time.max() - 1 - number for number in range(len(held))]


def test_earlier_moments_judge_too_until_enough_customers_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("grocery").dataset
    monkeypatch.setattr(holdout, "FEWEST", 5)
    held, protocol = hold_out(dataset, seed=0)
    assert protocol == IN_TIME.format(share=0.1, cuts=len(held))
    assert len(held) == holdout.MOST_CUTS
    for later, earlier in pairwise(held):
        assert earlier.train.lines.time.max() < earlier.train.reference <= later.train.lines.time.max()
        asked = {pair for pair in pairs(later.train.lines) if pair[0] in set(earlier.customers.tolist())}
        assert truths(earlier) <= asked
    monkeypatch.setattr(holdout, "ENOUGH_IN_TIME", len(held[0].customers) + len(held[1].customers))
    assert len(hold_out(dataset, seed=0)[0]) == 2


def test_moments_before_which_a_shop_knew_a_single_one_judge_only_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What sells now is a part of the blend there or of none, so moments with and without it cannot judge together."""
    monkeypatch.setattr(holdout, "FEWEST", 1)
    for days in range(2, 7):
        boxes = [Bought(f"{n}", f"{n % 7} {day}", 30.0 * day) for n in range(60) for day in range(days)]
        held, _ = hold_out(toy(boxes), seed=0)
        assert len(held) == max(1, min(days - 2, holdout.MOST_CUTS))
        assert {each.train.timed for each in held} == {days > 2}
        assert choose_discovery(toy(boxes), seconds=1.0).weights


def test_lines_are_held_out_where_nobody_has_an_order_to_spare() -> None:
    once = toy([Bought(f"{n}", f"{(n + item) % 30}", 0.0) for n in range(60) for item in range(9)], timed=False)
    assert once.orders_known
    held, protocol = hold_out(once, seed=0)
    assert protocol == AT_RANDOM.format(draws=len(held))
    assert held


def test_whole_orders_are_held_out_where_nothing_tells_which_was_the_last() -> None:
    bought = [Bought(f"{c:03d}", f"{c % 7} {day} {n}", day) for c in range(60) for day in range(4) for n in range(3)]
    dataset = toy([*bought, Bought("once", "0 0 0", 0)], timed=False)
    held, protocol = hold_out(dataset, seed=0)
    assert protocol == ORDERS_AT_RANDOM.format(draws=4)
    for each in held:
        assert each.truth.lengths.tolist() == [3] * 60
        assert len(each.train.lines) == len(dataset.lines) - 3 * 60
    assert len({frozenset(truths(each)) for each in held}) == 4


def test_longer_times_are_looked_at_where_few_customers_were_new_to_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("grocery").dataset
    monkeypatch.setattr(holdout, "FEWEST", 5)
    monkeypatch.setattr(holdout, "MOST_CUTS", 1)
    (short,), _ = hold_out(dataset, seed=0)
    monkeypatch.setattr(holdout, "FEWEST", len(short.customers) + 1)
    (longer,), protocol = hold_out(dataset, seed=0)
    assert protocol == IN_TIME.format(share=0.2, cuts=1)
    assert len(longer.customers) > len(short.customers)
    assert short.train.reference > longer.train.reference > longer.train.lines.time.max()


@pytest.mark.parametrize("preset", ["untimed", "grocery"])
def test_random_parts_hold_out_a_tenth_and_leave_everybody_something(
    preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are no times, or too few customers were new to anything at any of the latest moments."""
    monkeypatch.setattr(holdout, "FEWEST", 100_000)
    dataset = learned(preset).dataset
    held, protocol = hold_out(dataset, seed=3)
    assert protocol == AT_RANDOM.format(draws=len(held)) == AT_RANDOM.format(draws=4)
    everything = pairs(dataset.lines)
    for each in held:
        known = pairs(each.train.lines)
        assert truths(each) | known == everything
        assert not truths(each) & known
        assert {customer for customer, _ in known} == {customer for customer, _ in everything}
        assert 0.04 * len(everything) < len(truths(each)) < 0.16 * len(everything)
    assert truths(held[0]) != truths(held[1])


def test_the_same_seed_holds_out_the_same() -> None:
    dataset = learned("untimed").dataset
    once, again, other = (hold_out(dataset, seed=seed)[0][0] for seed in (1, 1, 2))
    assert truths(once) == truths(again) != truths(other)


def test_large_shops_are_judged_by_some_of_their_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset: Dataset = learned("untimed").dataset
    monkeypatch.setattr(holdout, "MOST_LINES", len(dataset.lines) // 2)
    held, _ = hold_out(dataset, seed=0)
    assert len(np.unique(held[0].train.lines.customer)) < 0.8 * dataset.n_customers


def test_at_most_so_many_customers_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdout, "MOST_CUSTOMERS", 7)
    held, _ = hold_out(learned("untimed").dataset, seed=0)
    assert [len(each.customers) for each in held] == [7, 7, 7, 7]
    assert all((each.truth.lengths > 0).all() for each in held)


def test_what_was_looked_at_is_not_known_of_what_is_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """At random, since it may have been on the way to the purchase; in time, where it came later."""
    dataset = learned("browsed").dataset
    assert dataset.events is not None
    for fewest, protocol in ((1_000, "random"), (5, "time")):
        monkeypatch.setattr(holdout, "FEWEST", fewest)
        for held in hold_out(dataset, seed=0)[0]:
            events = held.train.events
            assert events is not None
            assert 0 < len(events) < len(dataset.events)
            if protocol == "time":
                assert events.time.max() < held.train.reference
            else:
                seen = set(zip(events.customer.tolist(), events.item.tolist(), strict=True))
                assert not seen & truths(held)
            assert (held.counting(0.5).purchases.data < 1).any()
