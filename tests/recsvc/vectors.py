"""The test vectors of customer tokens that the guide publishes, and the clock that they are made for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from recsvc import customer_tokens
from recsvc.settings import Secret

PATH = Path(__file__).parents[2] / "docs/guides/customer-token-vectors.json"
VECTORS: dict[str, Any] = json.loads(PATH.read_text("utf-8"))
KEY: str = VECTORS["signing_key"]
KEY_ID, SECRET = KEY.split("_")[1], Secret(KEY.split("_")[2])
PERSONAL: list[dict[str, Any]] = VECTORS["personal"]
REFUSED: dict[str, str] = {one["why"]: one["token"] for one in VECTORS["refused"]}


@pytest.fixture
def at_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both clocks that verification looks at, set to the moment of the vectors."""
    moment = dt.datetime.fromtimestamp(VECTORS["now"], dt.UTC)

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return moment.astimezone(tz)

    monkeypatch.setattr(jwt.api_jwt, "datetime", Clock)
    monkeypatch.setattr(customer_tokens.time, "time", lambda: VECTORS["now"])  # type: ignore[attr-defined]


def secret_of(key_id: str) -> Secret | None:
    return SECRET if key_id == KEY_ID else None
