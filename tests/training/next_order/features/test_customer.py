"""Customer features, against loops over the customer's visits."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.next_order.features.asked import MOMENT, asked, close
from training.next_order.features.customer import customer, usually_back


@pytest.mark.parametrize("unit", ["day", "order"])
def test_visits_and_their_sizes(unit: str) -> None:
    shop = asked(unit)
    found = customer(shop.histories, shop.as_of, shop.row)
    candidates = [visits for visits, _ in shop.candidates()]
    sizes = [[len(visit.items) for visit in visits] for visits in candidates]
    distinct = [len({item for visit in visits for item in visit.items}) for visits in candidates]
    close(found["customer_visits"], [len(visits) for visits in candidates])
    close(found["customer_size"], [sum(each) / len(each) for each in sizes])
    close(found["customer_last_size"], [each[-1] for each in sizes])
    close(found["customer_recent_size"], [sum(each[-5:]) / len(each[-5:]) for each in sizes])
    close(found["customer_items"], distinct)
    close(found["customer_repeats"], [1 - many / sum(each) for many, each in zip(distinct, sizes, strict=True)])


def test_days() -> None:
    shop = asked()
    found = customer(shop.histories, shop.as_of, shop.row)
    candidates = [visits for visits, _ in shop.candidates()]
    since = [MOMENT - visits[-1].day for visits in candidates]
    interval = [(visits[-1].day - visits[0].day + 7) / len(visits) for visits in candidates]
    close(found["customer_since"], since)
    close(found["customer_interval"], interval)
    close(found["customer_due"], [s / i for s, i in zip(since, interval, strict=True)])
    close(found["customer_weekday"], [MOMENT % 7] * len(candidates))


@pytest.mark.parametrize("away", [0, 3, 400])
def test_who_comes_late_is_asked_on_the_day_when_they_are_usually_back(away: int) -> None:
    shop = asked()
    moment = shop.as_of + away
    expected = []
    for customer_row, now in zip(shop.histories.customers, moment, strict=True):
        visits = shop.pages[int(customer_row)]
        interval = (visits[-1].day - visits[0].day + 7) / len(visits)
        expected.append(min(now, np.floor(visits[-1].day + interval)))
    close(usually_back(shop.histories, moment), expected)


def test_positions_know_no_day_to_be_back() -> None:
    shop = asked("order")
    close(usually_back(shop.histories, shop.as_of), shop.as_of)
