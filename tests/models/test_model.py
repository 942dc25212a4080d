from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from models.bundle import Bundle, Manifest, Window, new_version, open_bundle, write_bundle
from models.engine import Engine
from models.errors import BundleDamaged
from models.methods import METHODS
from models.model import Model
from models.query import Query
from tests.engines import PLACEMENTS, SHOPS, Learned, learned
from training.learning import draft


@pytest.mark.parametrize("preset", SHOPS)
def test_a_bundle_answers_like_the_arrays_it_was_written_from(preset: str, tmp_path: Path) -> None:
    """What evaluation asked is what the service answers from."""
    known = learned(preset)
    model = Model.open(written(known, tmp_path))
    engine, expected = (Engine(each, PLACEMENTS, clock=lambda: 0.0) for each in (model, known.model))
    item = known.ledger.item_ids[5]
    for placement in PLACEMENTS:
        for customer in (None, "c0001", "nobody"):
            query = Query(placement, customer, item_id=(item,), recent=(known.ledger.item_ids[7],))
            assert engine.recommend(query).items == expected.recommend(query).items


def test_nothing_is_copied_and_nothing_can_be_written(tmp_path: Path) -> None:
    known = learned("grocery")
    model = Model.open(written(known, tmp_path))
    knn = model.methods["item_knn"]
    for array in (model.shop.history.items.values, knn.neighbours.scores, model.items.array):  # type: ignore[attr-defined]
        assert not array.flags.owndata
        assert not array.flags.writeable


def test_a_method_without_arrays_is_left_out() -> None:
    known = learned("grocery")
    arrays = {name: array for name, array in known.arrays.items() if not name.startswith("methods/up_sell/")}
    model = draft(arrays, known.dataset)
    assert set(model.methods) == set(known.model.methods) - {"up_sell"}
    slate = Engine(model, PLACEMENTS).recommend(Query("up_sell", item_id=(known.ledger.item_ids[5],), limit=3))
    assert slate.fallback == "popular"
    assert set(known.model.methods) <= {method.name for method in METHODS}


def opens_without(names: set[str]) -> str | None:
    """What a bundle without the named arrays is refused with; None where it opens."""
    known = learned("grocery")
    try:
        draft({name: array for name, array in known.arrays.items() if name not in names}, known.dataset)
    except BundleDamaged as error:
        return str(error)
    return None


def test_a_bundle_that_lacks_arrays_is_refused_with_the_name_of_each() -> None:
    needed = {name for name in learned("grocery").arrays if opens_without({name})}
    assert {"customers/ids", "catalogue/title/blob", "history/age", "methods/popularity/popular"} <= needed
    for name in needed:
        assert opens_without({name}) == f"bundle draft lacks {name}"
    # A method of whose arrays none is there is none of the bundle's.
    kept = {name for name in needed if name.startswith("methods/") and not name.startswith("methods/popularity/")}
    assert opens_without(needed - kept) == f"bundle draft lacks {', '.join(sorted(needed - kept))}"


def test_an_array_of_a_type_that_it_cannot_have_is_not_called_missing() -> None:
    known = learned("grocery")
    with pytest.raises(ValueError, match="buffer"):
        draft({**known.arrays, "catalogue/title/codes": np.zeros(2, "M8[s]")}, known.dataset)


def written(known: Learned, folder: Path) -> Bundle:
    """The shop as a bundle on disk, opened."""
    dataset = known.dataset
    manifest = Manifest(
        version=new_version(dt.datetime.now(dt.UTC)),
        created_at=dt.datetime.now(dt.UTC),
        training_window=Window("2023-09-01T08:00:00Z", "2024-02-28T19:00:00Z"),
        unit=dataset.unit,
        reference=dataset.reference,
        timezone=dataset.timezone,
        currency=dataset.currency,
        columns=dataset.columns,
        customer_columns=dataset.customer_columns,
        methods=tuple(known.model.methods),
        config={},
        data_fingerprint="0" * 64,
        evaluation={},
        commit="unknown",
    )
    write_bundle(folder, known.arrays, manifest)
    return open_bundle(folder)
