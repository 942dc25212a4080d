from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import QueryError
from models.kinds import KINDS
from models.query import Query
from models.translate import SECONDS_A_DAY, STALE_AFTER_DAYS, Asked, present, translate
from tests.engines import Learned, learned

IDS = st.lists(st.sampled_from(["first", "second", "third", "no such item"]), max_size=4).map(tuple)


def asked(known: Learned, kind: str = "for_you", **fields: object) -> Asked:
    return translate(Query("home", **fields), KINDS[kind], known.model, now=0.0)  # type: ignore[arg-type]


def ids_of(known: Learned, rows: list[int]) -> list[str]:
    return [known.model.items.id(row) for row in rows]


@settings(max_examples=40)
@given(IDS, IDS, IDS, IDS)
def test_known_items_are_leads_each_once_and_unknown_ones_are_dropped(
    items: tuple[str, ...], cart: tuple[str, ...], recent: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    known = learned("variants")
    names = dict(zip(["first", "second", "third"], known.ledger.item_ids[4:7], strict=True))
    lists = [tuple(names.get(name, name) for name in own) for own in (items, cart, recent, exclude)]
    found = asked(known, "cross_sell", item_id=lists[0], cart=lists[1], recent=lists[2], exclude=lists[3])

    def leads(own: tuple[str, ...]) -> list[str]:
        group = known.model.shop.catalogue.group
        assert group is not None
        rows = [known.model.items.row(name, missing=-1) for name in own]
        return list(dict.fromkeys(known.model.items.id(int(group[row])) for row in rows if row >= 0))

    assert ids_of(known, found.batch.anchors.values.tolist()) == leads(lists[1] + lists[0])
    assert ids_of(known, found.batch.recent.values.tolist()) == leads(lists[2])
    excluded = ids_of(known, found.batch.exclude.values.tolist())
    assert excluded == leads(lists[0] + lists[1] + lists[2] + lists[3])


@pytest.mark.parametrize(
    ("kind", "anchors"),
    [("for_you", []), ("similar", ["i"]), ("up_sell", ["i"]), ("cross_sell", ["c", "i"]), ("recently_viewed", [])],
)
def test_anchors_are_what_the_kind_asks_about(kind: str, anchors: list[str]) -> None:
    known = learned("grocery")
    item, cart = known.ledger.item_ids[3:5]
    found = asked(known, kind, item_id=(item,), cart=(cart,))
    assert ids_of(known, found.batch.anchors.values.tolist()) == [{"i": item, "c": cart}[name] for name in anchors]
    assert found.anchor == known.model.items.row(item, missing=-1)


def test_the_cart_is_the_anchor_where_no_item_is_named() -> None:
    known = learned("grocery")
    cart = known.ledger.item_ids[3:5]
    found = asked(known, "up_sell", cart=tuple(cart))
    assert ids_of(known, found.batch.anchors.values.tolist()) == cart
    assert found.anchor == known.model.items.row(cart[0], missing=-1)
    assert asked(known, "up_sell").anchor is None


def test_what_was_viewed_is_shown_by_the_kind_that_shows_it_alone() -> None:
    known = learned("grocery")
    viewed = (known.ledger.item_ids[3],)
    assert len(asked(known, "for_you", recent=viewed).batch.exclude.values) == 1
    assert len(asked(known, "recently_viewed", recent=viewed).batch.exclude.values) == 0


def test_of_variants_the_first_one_named_stands_for_its_lead() -> None:
    known = learned("variants")
    catalogue = known.model.shop.catalogue
    assert catalogue.group is not None
    assert catalogue.variants is not None
    lead = int((catalogue.variants.lengths > 1).argmax())
    second, first = catalogue.variants.take(catalogue.group[[lead]]).values.tolist()[:2]
    found = asked(known, item_id=(known.model.items.id(first),), cart=(known.model.items.id(second),))
    assert found.named == {lead: first}
    assert asked(learned("grocery"), item_id=tuple(learned("grocery").ledger.item_ids[:2])).named == {}


def test_a_known_customer_brings_their_attributes() -> None:
    known = learned("grocery")
    found = asked(known, customer_id="c0003")
    assert found.customer_attributes == {"loyalty_tier": "gold", "points": 30.0}
    assert known.model.customers.id(int(found.batch.customers[0])) == "c0003"
    assert asked(known, customer_id="nobody").customer_attributes is None
    assert asked(learned("no_catalogue"), customer_id="c0003").customer_attributes is None


def test_elapsed_is_in_days_after_the_reference_time() -> None:
    known = learned("grocery")
    moment = dt.datetime.fromtimestamp(known.model.shop.reference * SECONDS_A_DAY, dt.UTC) + dt.timedelta(days=3)
    found = asked(known, as_of=moment)
    assert found.elapsed == pytest.approx(3.0, abs=1e-5)
    assert found.batch.elapsed.tolist() == pytest.approx([3.0], abs=1e-3)
    assert found.as_of == moment.timestamp()


def test_the_present_of_an_old_bundle_is_its_end() -> None:
    model = learned("grocery").model
    end = model.shop.reference * SECONDS_A_DAY
    limit = STALE_AFTER_DAYS * SECONDS_A_DAY
    assert present(model, end - 5.0) == end - 5.0
    assert present(model, end + limit - 1) == end + limit - 1
    assert present(model, end + limit + 1) == end


def test_positions_have_no_elapsed_time_and_no_as_of() -> None:
    known = learned("sequence")
    assert translate(Query("home"), KINDS["for_you"], known.model, now=4e9).elapsed == 0.0
    with pytest.raises(QueryError, match=r"^as_of: "):
        asked(known, as_of=dt.datetime(2024, 1, 1))


@pytest.mark.parametrize("moment", [dt.datetime.min, dt.datetime.max])
def test_the_ends_of_time_are_times(moment: dt.datetime) -> None:
    for offset in (-14, 0, 14):
        found = asked(learned("grocery"), as_of=moment.replace(tzinfo=dt.timezone(dt.timedelta(hours=offset))))
        assert abs(found.elapsed) > 1e5
