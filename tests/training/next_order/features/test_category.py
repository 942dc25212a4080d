"""Category features, against loops over the customer's visits."""

from __future__ import annotations

import math

import pytest

from tests.training.next_order.diary import CATEGORIES, Visit
from tests.training.next_order.features.asked import MOMENT, asked, close
from training.next_order.features.category import category

NAN = math.nan


def top(item: int) -> str | None:
    """The topmost category: items without any share one."""
    name = CATEGORIES[item % len(CATEGORIES)]
    return name.split(" > ")[0] if name else None


def deepest(item: int) -> str | None:
    return CATEGORIES[item % len(CATEGORIES)]


def shelf(visits: list[Visit], item: int, level: int) -> list[int]:
    """The numbers of the visits with something of the item's category."""
    of = (deepest, None, top)[level]
    assert of is not None
    return [number for number, visit in enumerate(visits) if of(item) in map(of, visit.items)]


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("unit", ["day", "order"])
def test_visits(level: int, unit: str) -> None:
    shop = asked(unit)
    found = category(shop.histories, shop.as_of, shop.purchases.levels[level], "k", shop.row, shop.item)
    count, since, due, fading = [], [], [], []
    for visits, item in shop.candidates():
        numbers = shelf(visits, item, level)
        ago = [len(visits) - 1 - number for number in numbers]
        count.append(len(numbers))
        since.append(ago[-1] if numbers else NAN)
        due.append(ago[-1] / ((numbers[-1] - numbers[0] + 8) / len(numbers)) if numbers else NAN)
        fading.append(sum(0.5 ** (each / 15) for each in ago))
    close(found["k_count"], count)
    close(found["k_rate"], [c / len(visits) for c, (visits, _) in zip(count, shop.candidates(), strict=True)])
    close(found["k_since_visits"], since)
    close(found["k_due_visits"], due)
    close(found["k_visits_15"], fading)


def test_days() -> None:
    shop = asked()
    found = category(shop.histories, shop.as_of, shop.purchases.levels[0], "k", shop.row, shop.item)
    since, due = [], []
    for visits, item in shop.candidates():
        days = [visits[number].day for number in shelf(visits, item, 0)]
        since.append(MOMENT - days[-1] if days else NAN)
        due.append((MOMENT - days[-1]) / ((days[-1] - days[0] + 60) / len(days)) if days else NAN)
    close(found["k_since_days"], since)
    close(found["k_due_days"], due)


@pytest.mark.parametrize("level", [0, 2])
def test_what_was_chosen_and_what_was_bought_instead(level: int) -> None:
    shop = asked()
    found = category(shop.histories, shop.as_of, shop.purchases.levels[level], "k", shop.row, shop.item)
    of = deepest if level == 0 else top
    share, instead = [], []
    for visits, item in shop.candidates():
        strength: dict[int, float] = {}
        for number, visit in enumerate(visits):
            for other in visit.items:
                strength[other] = strength.get(other, 0.0) + 0.5 ** ((len(visits) - 1 - number) / 8)
        total = sum(weight for other, weight in strength.items() if of(other) == of(item))
        share.append(strength[item] / total if item in strength else 0.0)
        last = max((number for number, visit in enumerate(visits) if item in visit.items), default=None)
        later = [number for number in shelf(visits, item, level) if last is not None and number > last]
        instead.append(len(later) if last is not None else NAN)
    close(found["k_share"], share)
    close(found["k_instead"], instead)
