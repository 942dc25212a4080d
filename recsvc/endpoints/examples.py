"""Examples of the API's description, in one place because several operations show them."""

from __future__ import annotations

from typing import Any

QUERY: dict[str, Any] = {"customer_id": "C-1042", "limit": 1, "filter": "price < 20"}

SLATE: dict[str, Any] = {
    "recommendation_id": "3f6ad2f2a1c94d0e8f5b7c6d2e1a0b94",
    "placement": "account_buy_again",
    "model_version": "20261122T235959Z-f423f9c1b",
    "customer_known": True,
    "fallback": None,
    "items": [
        {
            "item_id": "SKU-77",
            "rank": 1,
            "score": 0.93,
            "method": "repurchase",
            "reason": {
                "code": "buy_again",
                "text": "You buy this about every 32 days; last 30 days ago",
                "item_ids": [],
            },
            "title": "Espresso beans, 1 kg",
            "price": 17.5,
            "currency": "EUR",
            "link": "https://shop.example/p/sku-77",
            "image_link": "https://shop.example/p/sku-77.jpg",
        }
    ],
}

EVENT: dict[str, Any] = {
    "event_id": "c0a8e6d1f5b24c7d9e3f6a1b2c3d4e5f",
    "event": "recommendation_clicked",
    "item_id": "SKU-77",
    "anonymous_id": "7d1f0c6e2b9a4c58",
    "recommendation_id": "3f6ad2f2a1c94d0e8f5b7c6d2e1a0b94",
    "placement": "home",
    "occurred_at": "2026-11-27T18:30:00Z",
}

PAGE: dict[str, Any] = {
    "requests": [
        {"placement": "account_buy_again", "customer_id": "C-1042"},
        {"placement": "home", "customer_id": "C-1042", "limit": 8},
    ],
    "distinct": True,
}

EMAIL: dict[str, Any] = {
    "recommendation_id": SLATE["recommendation_id"],
    "placement": "email_replenishment",
    "model_version": SLATE["model_version"],
    "customer_known": True,
    "fallback": None,
    "frozen": True,
    "layout": "list",
    "slots": 1,
    "count": 1,
    "empty_reason": None,
    "warnings": [],
    "items": [
        {
            "item_id": "SKU-77",
            "rank": 1,
            "method": "repurchase",
            "title": "Espresso beans, 1 kg",
            "link": "https://shop.example/p/sku-77?utm_source=recsvc&utm_medium=email&utm_campaign=november",
            "image_link": "https://recs.shop.example/v1/items/photo.jpg?item_id=SKU-77&width=240",
            "price": 17.5,
            "price_text": "€17.50",
            "sale_price": None,
            "sale_price_text": None,
            "currency": "EUR",
            "brand": None,
            "reason_code": "buy_again",
            "reason": "You buy this about every 32 days; last 30 days ago",
            "card_link": None,
            "go_link": None,
        }
    ],
    "html": '<table role="presentation">…</table>',
    "css": "@media (prefers-color-scheme:dark){…}",
    "text": "1. Espresso beans, 1 kg …",
    "item_1_id": "SKU-77",
    "item_1_title": "Espresso beans, 1 kg",
}

TRIAL: dict[str, Any] = {
    "placements": '[placements.home]\nkind = "for_you"\npins = [{ item_id = "SKU-77", position = 1 }]\n',
    "request": {"placement": "home", "customer_id": "C-1042"},
}

QUESTION: dict[str, Any] = {"request": {"placement": "home", "customer_id": "C-1042"}, "item_id": "SKU-77"}

VERDICT: dict[str, Any] = {
    "item_id": "SKU-77",
    "shown": False,
    "rank": None,
    "findings": [{"code": "not_sellable", "text": "It is out of stock, hidden, or no longer in the feed"}],
    "scores": [{"method": "repurchase", "place": 2, "score": 0.41}],
}
