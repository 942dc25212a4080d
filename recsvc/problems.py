"""Problems: every error of the API, as RFC 9457 `application/problem+json` that lists each fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its HTTP status and what it means, as the docs tell it."""

    status: int
    title: str
    meaning: str


KINDS: dict[str, Kind] = {
    "invalid-request": Kind(400, "The request is not valid", "`errors` names every fault and where it is."),
    "invalid-filter": Kind(400, "The filter is not valid", "`errors` says what is wrong, and at which column."),
    "invalid-placements": Kind(
        400, "The placements are not valid", "`errors` lists every fault of the text, with its place."
    ),
    "missing-key": Kind(
        401, "A key is needed", "Send `Authorization: Bearer <key>`, or Basic with the key as user name."
    ),
    "invalid-key": Kind(401, "The key is not valid", "The key is unknown, damaged or revoked."),
    "invalid-token": Kind(
        401,
        "The customer token is not valid",
        "It is damaged, expired, of another scope or for another customer, or the key that signed it is revoked.",
    ),
    "server-key-needed": Kind(
        403, "A server key is needed", "A public key reads what is about nobody, or about the customer of its token."
    ),
    "origin-not-allowed": Kind(
        403,
        "Pages of this host may not send events",
        "The setting RECSVC_CORS_ORIGINS lists the hosts whose pages may.",
    ),
    "not-found": Kind(404, "There is nothing here", "The path is unknown; /docs lists every path."),
    "unknown-placement": Kind(404, "The placement is unknown", "GET /v1/placements lists every placement."),
    "method-not-allowed": Kind(405, "The method is not allowed here", "The header `Allow` lists those that are."),
    "body-too-large": Kind(413, "The body is too large", "Split the batch, or shorten the lists."),
    "query-too-long": Kind(400, "The query string is too long", "Send the same parameters as a JSON body by POST."),
    "not-json": Kind(415, "The body is not JSON", "Send `Content-Type: application/json`, not compressed."),
    "events-full": Kind(
        503,
        "No more events are kept",
        "Export them, then delete old ones: `recsvc events export`, `recsvc events delete`.",
    ),
    "state-unavailable": Kind(
        503, "Live state cannot be written", "Nothing was stored; send the same again after `Retry-After` seconds."
    ),
    "internal": Kind(500, "Something went wrong here", "The log has the details under `request_id`."),
    "not-ready": Kind(
        503, "There is nothing to serve yet", "No bundle is published; retry after `Retry-After` seconds."
    ),
}


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing wrong: in the body (`pointer`), in the query string (`parameter`) or in a header."""

    detail: Annotated[str, Meta(description="What is wrong, in one sentence.")]
    pointer: Annotated[str, Meta(description="JSON Pointer into the body.")] | UnsetType = UNSET
    parameter: Annotated[str, Meta(description="Name of the query parameter.")] | UnsetType = UNSET
    header: Annotated[str, Meta(description="Name of the request header.")] | UnsetType = UNSET
    column: Annotated[int, Meta(ge=1, description="Position in a filter, counted from 1.")] | UnsetType = UNSET


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True, rename={"kind": "type"}):
    """A problem as RFC 9457 has it."""

    kind: Annotated[str, Meta(description="Which kind of problem: an address in the docs.")]
    title: Annotated[str, Meta(description="The kind of problem in words.")]
    status: Annotated[int, Meta(ge=400, le=599, description="The HTTP status.")]
    detail: Annotated[str, Meta(description="What is wrong with this request.")] | UnsetType = UNSET
    errors: Annotated[tuple[Fault, ...], Meta(description="Every fault at once.")] | UnsetType = UNSET
    request_id: Annotated[str, Meta(description="The id of the request in the log.")] | UnsetType = UNSET


class Problem(Exception):
    """Raised anywhere in a request, answered as a problem document."""

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or KINDS[code].title)
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return KINDS[self.code].status

    def document(self, request_id: str | UnsetType = UNSET) -> ProblemDocument:
        return ProblemDocument(
            kind=f"/docs#{self.code}",
            title=KINDS[self.code].title,
            status=self.status,
            detail=self.detail or UNSET,
            errors=self.faults or UNSET,
            request_id=request_id,
        )
