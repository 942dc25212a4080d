from __future__ import annotations

from typing import get_args

from models.kinds import KINDS, Anchors, Kind, Purchased
from models.lists import LIST_NAMES
from models.methods import METHODS
from models.placements import KindName, ListName


def test_every_kind_that_a_placement_may_name_is_there() -> None:
    assert set(KINDS) == set(get_args(KindName))


def test_every_list_that_a_placement_may_fall_back_on_is_there() -> None:
    assert set(LIST_NAMES) == set(get_args(ListName))


def test_kinds_ask_methods_and_lists_that_there_are() -> None:
    for kind in KINDS.values():
        assert set(kind.methods) <= {method.name for method in METHODS}
        assert set(kind.lists) <= set(LIST_NAMES)
        assert kind.anchors in get_args(Anchors)
        assert kind.purchased in get_args(Purchased)


def test_every_kind_has_one_source_but_the_one_whose_lists_are_ranked_in_training() -> None:
    def sources(kind: Kind) -> list[object]:
        return [part for part in (kind.methods or kind.lists, kind.recent) if part]

    assert {name for name, kind in KINDS.items() if len(sources(kind)) != 1} == {"for_you"}
    assert sources(KINDS["for_you"]) == []


def test_what_a_kind_says_about_items_already_bought() -> None:
    said = {name: kind.purchased for name, kind in KINDS.items() if kind.purchased != "show"}
    assert said == {"buy_again": "only", "new_arrivals": "hide"}
