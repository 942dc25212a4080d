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
