"""GET and POST /v1/recommendations/{placement} over a real bundle."""

from __future__ import annotations

from typing import Any

from tests.engines import Learned


def test_answer(server: Any, shop: Learned) -> None:
    answer = server.get("/v1/recommendations/home?customer_id=c0003&limit=3")
    assert answer.status_code == 200, answer.json
    print(answer.data.decode())
