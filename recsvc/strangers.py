"""Strangers: customers who are answered as if nobody knew them: those who were erased, and the holdout."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from models.engine import Engine
from models.query import Query, Slate
from recsvc.holdout import Holdout

Q = TypeVar("Q", bound=Query)


class Strangers:
    """What stands between a query and the Engine; where nobody is a stranger it costs next to nothing."""

    def __init__(self, is_erased: Callable[[str], bool], holdout: Holdout | None) -> None:
        """`is_erased` may raise a problem, which every method here passes on."""
        self.is_erased = is_erased
        self._holdout = holdout

    def recommend(self, engine: Engine, query: Query) -> Slate:
        """What Engine.recommend answers, or raises, to the query of whom it may know."""
        query, held_out = self._seen(query)
        slate = engine.recommend(query)
        return slate if held_out is UNSET else replace(slate, holdout=held_out)

    def query(self, query: Q) -> Q:
        """The query as the Engine may see it; cart, exclusions and what the page is about stay in it."""
        return self._seen(query)[0]

    def _seen(self, query: Q) -> tuple[Q, bool | UnsetType]:
        """With it, whether the customer is held out; unset where that is not measured, or of nobody."""
        customer_id = query.customer_id
        if customer_id is None:
            return query, UNSET
        if self.is_erased(customer_id):
            return replace(query, customer_id=None), UNSET
        if self._holdout is None:
            return query, UNSET
        held_out = self._holdout.has(customer_id)
        return replace(query, customer_id=None) if held_out else query, held_out
