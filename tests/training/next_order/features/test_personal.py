"""Personal features, against loops over each customer's visits."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from tests.training.next_order.diary import Visit
from tests.training.next_order.features.asked import MOMENT, Asked, asked, close
from training.next_order.features.items import Rates
from training.next_order.features.personal import personal

NAN = math.nan


def with_item(visits: list[Visit], item: int) -> list[int]:
    """The numbers of the visits that held it."""
    return [number for number, visit in enumerate(visits) if item in visit.items]


def columns(shop: Asked) -> dict[str, list[float]]:
    found = personal(shop.histories, shop.as_of, Rates.of(shop.known), shop.row, shop.item)
    return {name: values.tolist() for name, values in found.items()}


@pytest.mark.parametrize("unit", ["day", "order"])
def test_counts(unit: str) -> None:
    shop = asked(unit)
    found, expected = columns(shop), {name: [] for name in ("count", "rate", "since_first", "share", "eight", "fading")}
    for visits, item in shop.candidates():
        held = with_item(visits, item)
        expected["count"].append(len(held))
        expected["rate"].append(len(held) / len(visits))
        expected["since_first"].append(len(held) / (len(visits) - held[0]) if held else 0)
        expected["share"].append(sum(1 / len(visits[number].items) for number in held) / len(visits))
        ago = {number: len(visits) - 1 - number for number in held}
        expected["eight"].append(sum(0.5 ** (ago[n] / 8) / math.sqrt(len(visits[n].items)) for n in held))
        expected["fading"].append(sum(0.5 ** (ago[n] / 3) for n in held))
    close(found["own_count"], expected["count"])
    close(found["own_rate"], expected["rate"])
    close(found["own_rate_since_first"], expected["since_first"])
    close(found["own_visit_share"], expected["share"])
    close(found["own_visit_share_8"], expected["eight"])
    close(found["own_visits_3"], expected["fading"])


def test_quantities() -> None:
    shop = asked()
    found, mean, last = columns(shop), [], []
    for visits, item in shop.candidates():
        pieces = [visits[number].items[item].quantity for number in with_item(visits, item)]
        mean.append(sum(pieces) / len(pieces) if pieces else 0)
        last.append(pieces[-1] / mean[-1] if pieces else NAN)
    close(found["own_quantity"], mean)
    close(found["own_last_quantity"], last)


@pytest.mark.parametrize("unit", ["day", "order"])
def test_visits_since_and_when_the_next_is_due(unit: str) -> None:
    shop = asked(unit)
    usual = Rates.of(shop.known).visit_gap
    found, since, first, interval, latest = columns(shop), [], [], [], []
    for visits, item in shop.candidates():
        held = with_item(visits, item)
        since.append(len(visits) - held[-1] if held else NAN)
        first.append(len(visits) - held[0] if held else NAN)
        interval.append((held[-1] - held[0] + 2 * usual[item]) / (len(held) - 1 + 2) if held else NAN)
        latest.append(held[-1] - held[-2] if len(held) > 1 else NAN)
    close(found["own_since_visits"], since)
    close(found["own_first_visits"], first)
    close(found["own_interval_visits"], interval)
    close(found["own_due_visits"], [s / i for s, i in zip(since, interval, strict=True)])
    close(found["own_last_interval_visits"], latest)


def test_days_since_and_when_the_next_is_due() -> None:
    shop = asked()
    usual = Rates.of(shop.known).day_gap
    found, since, interval, irregular, fading, latest = columns(shop), [], [], [], [], []
    for visits, item in shop.candidates():
        days = [visits[number].day for number in with_item(visits, item)]
        gaps = [after - before for before, after in pairwise(days)]
        since.append(MOMENT - days[-1] if days else NAN)
        interval.append((sum(gaps) + 2 * usual[item]) / (len(gaps) + 2) if days else NAN)
        spread = math.sqrt(sum(gap**2 for gap in gaps) / len(gaps)) if len(gaps) > 1 else NAN
        irregular.append(spread / interval[-1])
        fading.append(sum(0.5 ** ((MOMENT - day) / 40) for day in days))
        latest.append(gaps[-1] if gaps else NAN)
    close(found["own_since_days"], since)
    close(found["own_interval_days"], interval)
    close(found["own_due_days"], [s / i for s, i in zip(since, interval, strict=True)])
    close(found["own_irregular"], irregular)
    close(found["own_days_40"], fading)
    close(found["own_last_interval_days"], latest)


def test_positions_say_nothing_of_days() -> None:
    assert not [name for name in columns(asked("order")) if "days" in name]
