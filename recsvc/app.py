"""The Flask application: routes, keys at the door, one problem shape, one log line a request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Response
from flask.globals import request_ctx
from flask.sessions import NullSession, SessionInterface
from flask.wrappers import Request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter

from recsvc.answer import JSON_HEADERS, Answer, encode
from recsvc.call import Call
from recsvc.cors import Cors
from recsvc.endpoints import (
    batch,
    customers,
    email,
    email_slots,
    events,
    fragment,
    health,
    items,
    metrics,
    model,
    openapi,
    photos,
    placements,
    preview,
    recommendations,
    trials,
    widget,
)
from recsvc.problems import CONTENT_TYPE, Problem
from recsvc.routes import Route
from recsvc.service import Service, open_service
from recsvc.settings import Settings

log = logging.getLogger(__name__)

ENDPOINTS = (
    recommendations,
    fragment,
    batch,
    email,
    email_slots,
    events,
    placements,
    trials,
    items,
    photos,
    customers,
    model,
    preview,
    health,
    metrics,
    widget,
)
ROUTES = openapi.described([route for endpoint in ENDPOINTS for route in endpoint.ROUTES])
PROBLEM_HEADERS = (("Content-Type", CONTENT_TYPE), *JSON_HEADERS[1:])
UNMATCHED = "unmatched"


def create_app(settings: Settings) -> App:
    """The application of one shop. Raises StateError or PlacementError.

    The server calls `app.service.watchers()` in each worker, after the fork, and starts them.
    """
    return App(open_service(settings))


class _NoSession(SessionInterface):
    """Nothing is kept between two requests."""

    _session = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:  # noqa: ARG002
        return self._session


class App(Flask):
    """Flask less what an API without cookies, virtual hosts and hooks does not use: half of its time a request.

    What is left out and why is in docs/adr/flask-without-its-hooks.md.
    """

    request_class = Call
    session_interface = _NoSession()

    def __init__(self, service: Service) -> None:
        super().__init__("recsvc", static_folder=None)
        self.service = service
        self.config["MAX_CONTENT_LENGTH"] = service.settings.max_body_bytes
        self.url_map.merge_slashes = False
        for_pages = frozenset(route.path for route in ROUTES if route.access == "public")
        self.cors = Cors(service.settings.cors_origins, for_pages) if service.settings.cors_origins else None
        for route in ROUTES:
            self.add_url_rule(route.path, route.name, guarded(service, route), methods=[route.method])

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Routes by path alone: the Host header is neither parsed nor trusted."""
        if request is None:
            return None
        return MapAdapter(self.url_map, "", request.root_path, "", "http", request.path, request.method)

    def make_default_options_response(self) -> Response:
        methods = ", ".join(sorted(request_ctx.url_adapter.allowed_methods()))  # type: ignore[union-attr]
        return cast(Response, Answer(b"", 204, [("Allow", methods)]))

    def full_dispatch_request(self) -> Response:
        """Answers, counts and logs one request; stands in for Flask's hooks, and runs for every request."""
        began = time.perf_counter()
        call = cast(Call, request_ctx.request)
        call.read_request_id()
        try:
            answer = cast(Answer, self.dispatch_request())
        except Exception as error:
            answer = _problem_answer(error, call.request_id)
        answer.headers.append(("X-Request-ID", call.request_id))
        if self.cors is not None:
            self.cors.complete(call, answer)
        self._observe(call, answer, time.perf_counter() - began)
        # A WSGI application is all that Flask.wsgi_app asks of a response.
        return cast(Response, answer)

    def _observe(self, call: Call, answer: Answer, seconds: float) -> None:
        route = call.url_rule.rule if call.url_rule else UNMATCHED
        self.service.metrics.request(route, answer.status, seconds)
        self.service.request_log.write(call.request_id, call.method, route, answer.status, seconds, answer.note)


def guarded(service: Service, route: Route) -> Callable[..., Any]:
    """The route's view behind the key that it needs."""
    access = route.access
    if access == "operator":
        access = "anyone" if service.settings.metrics_open else "server"

    def view(**in_path: str) -> Answer:
        call = cast(Call, request_ctx.request)
        if access not in ("anyone", "email"):
            authorization = call.environ.get("HTTP_AUTHORIZATION")
            if route.key_in_query and authorization is None and (key := call.key_in_query()) is not None:
                call.caller = service.keys.admit_by_query(key)
            else:
                call.caller = service.keys.admit(authorization)
            if access == "server":
                call.caller.require_server_key(route.path)
        return route.view(service, call, **in_path)

    return view


def _problem_answer(error: Exception, request_id: str) -> Answer:
    problem = _problem_of(error, request_id)
    body = encode(problem.document(request_id))
    return Answer(body, problem.status, (*PROBLEM_HEADERS, *problem.headers.items()))


def _problem_of(error: Exception, request_id: str) -> Problem:
    """What a caller is told; of an unforeseen error nothing, while the log has it all."""
    match error:
        case Problem():
            return error
        case MethodNotAllowed():
            return Problem("method-not-allowed", headers={"Allow": ", ".join(sorted(error.valid_methods or ()))})
        case NotFound():
            return Problem("not-found")
        case HTTPException(code=code) if code and 400 <= code < 500:
            return Problem("invalid-request", error.description)
    log.error("unforeseen error", exc_info=error, extra={"fields": {"request_id": request_id}})
    return Problem("internal")
