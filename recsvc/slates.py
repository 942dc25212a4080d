"""Slates: queries answered for a caller, in the shape the API gives them."""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from models.engine import Engine
from models.errors import FilterError, ModelsError, QueryError, UnknownPlacement
from models.query import Query, Slate, SlateItem, card_of
from recsvc.answer import encode
from recsvc.auth import Caller
from recsvc.call import new_id
from recsvc.forms import Origin, invalid
from recsvc.links import with_links
from recsvc.problems import Problem
from recsvc.service import Service
from recsvc.settings import Settings
from recsvc.slate_query import SlateQuery, identified

# These stand in every item; a catalogue column of the same name is not shown.
OWN_FIELDS = frozenset({"item_id", "rank", "score", "method", "reason"})
# A card is open: without its last brace. So an item ends in the brace of both, and taking this away merges the two
# objects into one. No text can hold it, for in a text a quotation mark is escaped.
CARD = b',"card":{'


class _Shown(msgspec.Struct, frozen=True):
    """A slate whose items are yet to be merged with their cards."""

    recommendation_id: str
    placement: str
    model_version: str
    customer_known: bool
    fallback: str | None
    items: tuple[SlateItem, ...]
    holdout: bool | UnsetType = UNSET


def slate_for(service: Service, caller: Caller, asked: SlateQuery, engine: Engine, origin: Origin) -> Slate:
    """Raises a problem.

    400 where the query is wrong, 401 where its token is, 403 where it needs another key, 404 without such a placement.
    """
    query, settings = identified(asked, service.customer_tokens), service.settings
    if caller.scope != "server":
        refuse_personal(caller, query, settings)
    if query.fields is not None:
        query = replace(query, fields=tuple(name for name in query.fields if name not in OWN_FIELDS))
    try:
        return service.strangers.recommend(engine, query)
    except ModelsError as error:
        raise problem_of(error, query, origin) from error


def shown(slate: Slate, public_url: str | None, recommendation_id: str | None = None) -> msgspec.Raw:
    """A slate as contract.Recommendations describes it, under a new id unless one is given."""
    items = slate.items
    if public_url is not None:
        items = tuple([replace(item, card=card_of(with_links(item.fields, public_url))) for item in items])
    identifier = recommendation_id or new_id()
    text = encode(
        _Shown(
            identifier,
            slate.placement,
            slate.model_version,
            slate.customer_known,
            slate.fallback,
            items,
            slate.holdout,
        )
    )
    glue = b"," if items and len(items[0].card) > 1 else b""
    return msgspec.Raw(glue.join(text.split(CARD)))


def refuse_personal(caller: Caller, query: SlateQuery, settings: Settings) -> None:
    """Raises a 403 problem where the query is about somebody without a token, or asks what the shop keeps to itself."""
    if query.token is None and query.customer_id is not None:
        caller.require_server_key("a slate for one customer, without a token of that customer,")
    if query.anonymous_id is not None:
        caller.require_server_key("a slate for one visitor")
    refuse_private(caller, query.fields, settings)
    for name in settings.private_fields:
        if query.filter and re.search(rf"\b{re.escape(name)}\b", query.filter, re.IGNORECASE):
            caller.require_server_key(f"a filter by {name}")


def refuse_private(caller: Caller, fields: tuple[str, ...] | None, settings: Settings) -> None:
    """Raises a 403 problem where a public key asks for a private catalogue field."""
    for name in fields or ():
        if name in settings.private_fields:
            caller.require_server_key(f"the field {name}")


def problem_of(error: ModelsError, query: Query, origin: Origin) -> Problem:
    """What a caller is told of an error of the Engine; one that is not the caller's is raised again."""
    match error:
        case UnknownPlacement():
            return Problem("unknown-placement")
        case QueryError():
            return invalid([origin.fault((error.field,), error.reason)])
        case FilterError() if query.filter is not None:
            return Problem("invalid-filter", faults=[origin.fault(("filter",), error.reason, error.column)])
    raise error
