"""Cards say what the catalogue says, whatever the catalogue says."""

from __future__ import annotations

import msgspec
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.cards import DEFAULT_FIELDS
from models.catalogue import Catalogue, Kind
from training.cards import card_arrays
from training.catalogue import table_arrays

texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=8)
prices = st.none() | st.floats(allow_nan=False, allow_infinity=False)
KINDS: dict[str, Kind] = {"title": "text", "price": "number", "link": "text"}


@given(st.lists(st.tuples(texts, prices, texts), min_size=1, max_size=8))
def test_a_card_is_the_json_of_its_item(rows: list[tuple[str | None, float | None, str | None]]) -> None:
    schema = {"title": pl.String, "price": pl.Float64, "link": pl.String}
    arrays = table_arrays(pl.DataFrame(rows, schema=schema, orient="row"), KINDS)
    made = card_arrays(KINDS, arrays, len(rows))
    spans = zip(made["offsets"].tolist(), made["offsets"][1:].tolist(), strict=False)
    cards = [msgspec.json.decode(made["blob"][start:stop].tobytes()) for start, stop in spans]
    catalogue = Catalogue(len(rows), KINDS, arrays)
    assert cards == [catalogue.fields(row, DEFAULT_FIELDS) for row in range(len(rows))]
    assert made["offsets"][0] == 0


def test_no_cards_are_made_without_fields_to_show_or_for_fields_of_another_kind() -> None:
    frame = pl.DataFrame({"title": ["Food > Milk"], "brand": ["Alba"]})
    for kinds in ({"brand": "text"}, {"title": "category", "brand": "text"}):
        assert card_arrays(kinds, table_arrays(frame, kinds), 1) == {}  # type: ignore[arg-type]
