"""POST /v1/events: what visitors did, kept for the next training."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from itertools import islice

from recsvc.answer import Answer, json_answer
from recsvc.call import Call
from recsvc.contract import MAX_EVENTS, EventList, EventsReceived
from recsvc.cors import refuse_strangers
from recsvc.endpoints.examples import EVENT
from recsvc.errors import StateError
from recsvc.events import Believed, Event, faults
from recsvc.faults import COMPONENTS, MAX_FAULTS
from recsvc.forms import Form, InBody, invalid
from recsvc.problems import Fault, Problem
from recsvc.routes import Route
from recsvc.service import Service
from recsvc.state.events import EventsFull, StoredEvent

log = logging.getLogger(__name__)

LIST, ONE = Form(EventList, refers_to=(Event,)), Form(Event)
# What else than an EventList the body may be.
BARE = {"$ref": COMPONENTS + Event.__name__}
BARE_LIST = {"type": "array", "items": BARE, "minItems": 1, "maxItems": MAX_EVENTS}
RETRY_AFTER_S = 5
RETRY_WHEN_FULL_S = 3_600


def events(service: Service, call: Call) -> Answer:
    """All of the events are stored or none."""
    if call.caller.scope == "public":
        refuse_strangers(call, service.settings.cors_origins, service.settings.public_url)
    received = _read(call)
    believed = Believed(call.caller, service.customer_tokens, dt.datetime.now(dt.UTC))
    _store(service, [believed.stored(event) for event in received])
    for event in received:
        service.metrics.event(event.event)
    return json_answer(EventsReceived(len(received)), 202)


def _read(call: Call) -> list[Event]:
    """Raises a 400 problem with the faults of every event."""
    now = dt.datetime.now(dt.UTC)
    found: list[Fault] = []
    read: list[Event] = []
    for one, origin in _given(call.events_body()):
        try:
            event = ONE.from_object(one, origin)
        except Problem as problem:
            found.extend(problem.faults)
            continue
        found.extend(origin.fault(path, detail) for path, detail in faults(event, call.caller, now))
        read.append(event)
    if found:
        raise invalid(list(islice(found, MAX_FAULTS)))
    return read


def _given(body: object) -> Iterator[tuple[object, InBody]]:
    """The events of a list, of an object that holds a list, or the one that the body is; and where each stands."""
    if isinstance(body, dict) and "events" not in body:
        yield body, InBody()
        return
    prefix, given = ("", {"events": body}) if isinstance(body, list) else ("/events", body)
    for number, one in enumerate(LIST.from_object(given).events):
        yield one, InBody(f"{prefix}/{number}")


def _store(service: Service, stored: list[StoredEvent]) -> None:
    """Raises a 503 problem where live state cannot take them."""
    try:
        service.state.events().append(stored, max_rows=service.settings.max_events)
    except EventsFull as error:
        log.error("events are refused", extra={"fields": {"reason": str(error)}})
        raise Problem("events-full", headers={"Retry-After": str(RETRY_WHEN_FULL_S)}) from error
    except StateError as error:
        log.error("events cannot be stored", extra={"fields": {"reason": str(error)}})
        service.metrics.state_error()
        raise Problem("state-unavailable", headers={"Retry-After": str(RETRY_AFTER_S)}) from error


ROUTES = (
    Route(
        method="POST",
        path="/v1/events",
        name="events",
        view=events,
        summary="Takes events: one, a list, or an object that holds a list; all are stored or none.",
        access="public",
        key_in_query=True,
        body=EventList,
        body_also=(BARE, BARE_LIST),
        body_types=("application/json", "text/plain"),
        body_example={"events": [EVENT]},
        answers=EventsReceived,
        status=202,
        example={"received": 1},
        problems=(
            "invalid-request",
            "invalid-token",
            "server-key-needed",
            "origin-not-allowed",
            "events-full",
            "state-unavailable",
        ),
    ),
)
