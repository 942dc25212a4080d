from __future__ import annotations

from typing import Any

import msgspec
import pytest

from models.query import Reason, Slate, SlateItem, card_of
from recsvc.slates import CARD, shown

TRAPS: tuple[dict[str, Any], ...] = (
    {},
    {"title": CARD.decode(), CARD.decode(): 1, "card": "{"},
    {"title": "}}", "link": "/p/1", "image_link": "//img.example/1"},
)


def slate(fields: dict[str, Any], count: int) -> Slate:
    reason = Reason("similar", f"Similar to {CARD.decode()}", ("i",))
    items = (SlateItem(f"i{rank}", rank, 0.5, "item_knn", reason, card_of(fields)) for rank in range(1, count + 1))
    return Slate("home", "v1", True, None, tuple(items))


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("fields", TRAPS)
def test_items_are_shown_with_their_catalogue_fields_beside_their_own(fields: dict[str, Any], count: int) -> None:
    answer = msgspec.json.decode(shown(slate(fields, count), None))
    reason = {"code": "similar", "text": f"Similar to {CARD.decode()}", "item_ids": ["i"]}
    assert answer.pop("recommendation_id")
    assert answer.pop("items") == [
        {"item_id": f"i{rank}", "rank": rank, "score": 0.5, "method": "item_knn", "reason": reason, **fields}
        for rank in range(1, count + 1)
    ]
    assert answer == {"placement": "home", "model_version": "v1", "customer_known": True, "fallback": None}


def test_links_within_the_shop_get_its_address() -> None:
    item = msgspec.json.decode(shown(slate(TRAPS[2], 1), "https://shop.example"))["items"][0]
    assert (item["link"], item["image_link"]) == ("https://shop.example/p/1", "//img.example/1")
