"""SlateQuery: what may be asked over HTTP: a Query, and who it is for by a customer token."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from models.query import Query
from recsvc.auth import refusal
from recsvc.customer_tokens import MAX_CHARS, CustomerTokens, TokenScope

ON_A_PAGE: tuple[TokenScope, ...] = ("personal",)
Token = Annotated[str, Meta(min_length=1, max_length=MAX_CHARS)]


class SlateQuery(Query, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question: which items for this customer in this placement?"""

    token: Annotated[
        Token | None, Meta(description="A customer token of scope `personal`, in place of `customer_id`.")
    ] = None


def identified(query: SlateQuery, tokens: CustomerTokens) -> SlateQuery:
    """The query, for the customer whom its token names. Raises a 401 problem, also where it names another one."""
    if query.token is None:
        return query
    customer_id = tokens.verify(query.token, ON_A_PAGE).customer_id
    if query.customer_id not in (None, customer_id):
        raise refusal("invalid-token")
    return replace(query, customer_id=customer_id)
