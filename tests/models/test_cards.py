from __future__ import annotations

from typing import Any

import msgspec
import pytest

from models.cards import DEFAULT_FIELDS, Cards
from tests.engines import learned


def fields(card: msgspec.Raw) -> Any:
    return msgspec.json.decode(bytes(card) + b"}")


@pytest.mark.parametrize("preset", ["grocery", "no_catalogue"])
def test_cards_written_in_training_say_what_the_catalogue_says(preset: str) -> None:
    known = learned(preset)
    catalogue, rows = known.model.shop.catalogue, range(len(known.model.items))
    expected = [catalogue.fields(row, DEFAULT_FIELDS) for row in rows]
    assert [fields(card) for card in known.model.cards.of(rows)] == expected


def test_a_bundle_without_cards_shows_the_same_fields() -> None:
    known = learned("grocery")
    rows = [3, 0, 3]
    without = Cards(known.model.shop.catalogue, {}).of(rows)
    assert [fields(card) for card in without] == [fields(card) for card in known.model.cards.of(rows)]


def test_other_fields_than_the_default_ones_are_read_from_the_catalogue() -> None:
    known = learned("grocery")
    for names in (("brand", "no such field"), ()):
        expected = known.model.shop.catalogue.fields(2, names)
        assert [fields(card) for card in known.model.cards.of([2], names)] == [expected]
