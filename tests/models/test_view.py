from __future__ import annotations

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from models.cards import DEFAULT_FIELDS
from models.query import Evidence, Query, Reason
from models.reasons import Code
from models.view import View
from tests.engines import learned


def test_fields_are_the_default_ones_unless_others_are_asked_for() -> None:
    known = learned("grocery")
    for asked, names in ((None, DEFAULT_FIELDS), (("brand", "no such field"), ("brand", "no such field")), ((), ())):
        for item in known.engine.recommend(Query("home", "c0001", fields=asked)).items:
            row = known.ledger.catalogue[item.item_id]
            assert item.fields == {name: row.get(name) for name in names}


def test_without_a_catalogue_every_field_is_unknown_and_ids_stand_for_titles() -> None:
    known = learned("no_catalogue")
    slate = known.engine.recommend(Query("home", "c0001", limit=50))
    assert [set(item.fields.values()) for item in slate.items] == [{None}] * len(slate.items)
    named = [item.reason for item in slate.items if item.reason.item_ids]
    assert named
    for reason in named:
        assert reason.item_ids[0] in reason.text


def test_a_slate_says_whom_it_is_for_and_which_model_made_it() -> None:
    known = learned("grocery")
    slate = known.engine.recommend(Query("home", "c0001"))
    assert (slate.placement, slate.model_version, slate.customer_known, slate.fallback) == ("home", "draft", True, None)


@pytest.mark.parametrize("preset", ["grocery", "no_catalogue"])
def test_a_reason_names_its_evidence(preset: str) -> None:
    known = learned(preset)
    view, first = View(known.model), known.model.items.id(0)
    title = known.ledger.catalogue[first]["title"] if known.ledger.catalogue else first
    told = [(Code.POPULAR, -1, 3.0, 0.0), (Code.SIMILAR, 0, 0.0, 0.0), (Code.BUY_AGAIN, -1, 7.0, 2.0)]
    assert view.reasons(told) == [
        Reason("popular", "Bought by 3 customers", ()),
        Reason("similar", f"Similar to {title}", (first,)),
        Reason("buy_again", "You buy this about every 7 days; last 2 days ago", ()),
    ]


def test_evidence_comes_where_it_is_asked_for() -> None:
    known = learned("grocery")
    for query in (Query("home", "c0001"), Query("account_buy_again", "c0001")):
        silent = known.engine.recommend(query).items
        assert {item.reason.evidence for item in silent} == {UNSET}
        for one, other in zip(silent, known.engine.recommend(replace(query, evidence=True)).items, strict=True):
            evidence = other.reason.evidence
            assert isinstance(evidence, Evidence)
            assert replace(other.reason, evidence=UNSET) == one.reason
            assert evidence.title is None or evidence.title in one.reason.text
            assert evidence.count is None or str(evidence.count) in one.reason.text
