"""Moment: when, for whom and for which send rules are weighed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Moment(msgspec.Struct, frozen=True, eq=False):
    """`as_of` in seconds since 1970; `anchor` and `customer` are what filters call `item` and `customer`.

    `send_id` names a mail campaign or one page view; without it, what rotates does so by the day.
    """

    as_of: float
    anchor: int | None = None
    customer: Mapping[str, Any] | None = None
    send_id: str | None = None
