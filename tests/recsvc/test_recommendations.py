"""GET and POST /v1/recommendations/{placement} over a real bundle."""

from __future__ import annotations

from typing import Any


def items(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [item["item_id"] for item in answer.json["items"]]


def test_a_known_customer_gets_what_was_ranked_for_them(server: Any) -> None:
    answer = server.get("/v1/recommendations/home?customer_id=c03&limit=3")
    print(answer.data, answer.headers)
    assert items(answer) == ["i03", "i04", "i05"]
    assert answer.json["customer_known"] is True
    assert answer.json["fallback"] is None
