"""Caching: answers that are about nobody may be kept, by shared caches too, and asked for again by their tag."""

from __future__ import annotations

from hashlib import blake2b

from recsvc.answer import Answer, Header, Note
from recsvc.call import Call
from recsvc.slate_query import SlateQuery

# Another key may be answered otherwise, and another page may not read it.
VARY: Header = ("Vary", "Authorization, Origin")


def is_anyones(call: Call, query: SlateQuery) -> bool:
    """Whether the answer is the same for everybody who sends the same: nothing in it tells of one visitor."""
    of_a_visitor = query.token or query.customer_id or query.anonymous_id or query.cart or query.recent
    return call.caller.scope == "public" and not of_a_visitor


def kept_answer(
    call: Call, body: bytes, recommendation_id: str, headers: tuple[Header, ...], max_age_s: int, note: Note
) -> Answer:
    """The answer with its tag and how long it keeps; 304 without a body where the caller has that one already.

    `headers`: all but those. The tag is that of the slate, not of its id: who asks again keeps the id it has.
    """
    digest = blake2b(body.replace(recommendation_id.encode(), b""), digest_size=16)
    tag = f'"{digest.hexdigest()}"'
    lifetime = f"public, max-age={max_age_s}" if max_age_s else "public, no-cache"
    kept = (("Cache-Control", lifetime), ("ETag", tag), VARY)
    if _names(call.environ.get("HTTP_IF_NONE_MATCH", ""), tag):
        return Answer(b"", 304, kept, note)
    return Answer(body, 200, (*headers, *kept), note)


def _names(if_none_match: str, tag: str) -> bool:
    """Compared weakly (RFC 9110, 13.1.2), because proxies that compress make tags weak."""
    named = (one.strip().removeprefix("W/") for one in if_none_match.split(","))
    return any(one in ("*", tag) for one in named)
