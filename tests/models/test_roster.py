"""Customers are found by how their id begins, and what they bought is what the order lines say."""

from __future__ import annotations

import pytest

from models.roster import Roster
from tests.engines import DAYS_LATER, SHOPS, Learned, learned
from tests.ledger import SECONDS_A_DAY


def roster_of(known: Learned) -> Roster:
    return Roster(known.model, (known.model.shop.reference + DAYS_LATER) * SECONDS_A_DAY)


@pytest.mark.parametrize("preset", SHOPS)
def test_purchases_are_those_of_the_order_lines_the_latest_first(preset: str) -> None:
    known = learned(preset)
    later = DAYS_LATER if known.model.shop.unit == "day" else 0.0
    for customer in list(known.ledger.bought)[:5]:
        bought, count = roster_of(known).purchases(customer, 1000)
        times = {product: of for (owner, product), of in known.ledger.times.items() if owner == customer}
        assert count == len(bought) == len(times)
        assert [one.age for one in bought] == sorted(one.age for one in bought)
        for one in bought:
            of = times[known.ledger.product(known.model.items.id(one.row))]
            assert one.orders == len(of)
            assert one.age == pytest.approx(known.model.shop.reference + later - max(of), abs=1e-2)


def test_the_latest_are_kept_where_fewer_are_asked_for() -> None:
    roster = roster_of(learned("grocery"))
    (person,) = roster.people("", 1)
    everything, count = roster.purchases(person.customer_id, 1000)
    assert count == person.items > 2
    assert roster.purchases(person.customer_id, 2) == (everything[:2], count)
    assert person.age == everything[0].age


def test_a_stranger_bought_nothing_and_has_no_attributes() -> None:
    roster = roster_of(learned("grocery"))
    assert roster.purchases("nobody", 10) == ([], 0)
    assert roster.attributes("nobody") == {}


def test_people_are_found_by_how_their_id_begins() -> None:
    known = learned("grocery")
    ids = sorted(known.ledger.bought)
    begin = ids[3][:-1]
    found = [person.customer_id for person in roster_of(known).people(begin, 4)]
    assert found == [one for one in ids if one.startswith(begin)][:4]
    assert roster_of(known).people("nobody is called so", 4) == []


def test_whoever_is_hidden_leaves_the_place_to_the_next() -> None:
    known = learned("grocery")
    ids = sorted(known.ledger.bought)
    begin, hidden = ids[0][:1], {ids[0], ids[2]}
    found = [person.customer_id for person in roster_of(known).people(begin, 3, hidden.__contains__)]
    assert found == [one for one in ids if one.startswith(begin) and one not in hidden][:3]
    everywhere = roster_of(known).people("", 10_000, hidden.__contains__)
    assert [person.customer_id for person in everywhere] == [one for one in ids if one not in hidden]


def test_without_a_text_people_come_from_everywhere() -> None:
    known = learned("grocery")
    ids = sorted(known.ledger.bought)
    found = [person.customer_id for person in roster_of(known).people("", 3)]
    assert (found[0], found[-1]) == (ids[0], ids[-1])
    assert len(roster_of(known).people("", 10_000)) == len(ids)
