"""Every protocol, by name."""

from __future__ import annotations

from bench.protocols import (
    completion,
    discovery,
    global_cut,
    last_day,
    replenishment,
    tafeng_folds,
    tafeng_history,
    trade_up,
)
from bench.protocols.protocol import Ranking
from bench.protocols.replenishment import Replenishment

ALL: tuple[Ranking | Replenishment, ...] = (
    last_day.PROTOCOL,
    global_cut.PROTOCOL,
    tafeng_history.PROTOCOL,
    tafeng_folds.PROTOCOL,
    completion.TAFENG,
    completion.COMPLETE_JOURNEY,
    discovery.CDS,
    discovery.ELECTRONICS,
    trade_up.PROTOCOL,
    replenishment.PROTOCOL,
)
PROTOCOLS = {each.name: each for each in ALL}
