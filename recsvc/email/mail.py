"""Mail: which products a block of a mail shows to whom, once and for all where the mail has a `send_id`."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from models.engine import Engine
from models.query import Query
from recsvc.call import new_id
from recsvc.email.block import MAX_SLOTS
from recsvc.email.faces import Faces
from recsvc.email.hosts import Hosts
from recsvc.email.products import FIELDS, Picks, Worded
from recsvc.errors import StateError
from recsvc.metrics import Metrics
from recsvc.settings import Settings
from recsvc.state.sends import NOBODY, Send, Sends
from recsvc.strangers import Strangers

log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Picks)


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a block is, and of which send; `token` where one said so; `may_freeze`: not for the whole internet."""

    customer_id: str | None
    send_id: str | None
    token: str | None
    may_freeze: bool

    @property
    def identity(self) -> tuple[tuple[str, str], ...]:
        """What addresses in the block carry, so that they answer for the same asker."""
        given = {"token": self.token, "send_id": self.send_id}
        return tuple((name, value) for name, value in given.items() if value is not None)


class Mail:
    """What the e-mail endpoints share."""

    def __init__(
        self, settings: Settings, faces: Faces, sends: Callable[[], Sends], strangers: Strangers, metrics: Metrics
    ) -> None:
        self.faces = faces
        self.brand = faces.brand
        self.hosts = Hosts(settings.public_url)
        self._open = sends
        self._strangers = strangers
        self._metrics = metrics
        self._kept_for = dt.timedelta(days=settings.sends_kept_days)
        self._words = Worded(faces.brand, settings.public_url)
        self._fields = tuple(name for name in FIELDS if name not in settings.private_fields)

    def picks(self, engine: Engine, query: Query, asker: Asker) -> tuple[Picks, bool]:
        """What to show, and whether it is frozen. Raises what Strangers.recommend does.

        While live state cannot be read, nothing is frozen and everybody gets the slate of the moment.
        """
        customer_id, sends = asker.customer_id, self._sends() if asker.send_id else None
        if customer_id is not None and self._strangers.is_erased(customer_id):
            customer_id = None
        try:
            send = Send(query.placement, asker.send_id, customer_id or NOBODY) if asker.send_id else None
            content = sends.frozen(send) if sends is not None and send is not None else None
            if content is not None:
                return _decoder.decode(content), True
        except StateError as error:
            self._tell(error)
            sends = send = None
        picks = self._fresh(engine, replace(query, customer_id=customer_id), asker)
        if sends is None or send is None or not asker.may_freeze:
            return picks, False
        try:
            return _decoder.decode(sends.freeze(send, _encode(picks))), True
        except StateError as error:
            self._tell(error)
            return picks, False

    def forget_old(self) -> None:
        """Deletes the sends that are older than the shop wants them kept."""
        sends = self._sends()
        if sends is not None and (gone := sends.forget_before(dt.datetime.now(dt.UTC) - self._kept_for)):
            log.info("old sends deleted", extra={"fields": {"sends": gone}})

    def _fresh(self, engine: Engine, query: Query, asker: Asker) -> Picks:
        """What is frozen is as long as a mail may be, so that other faces of the mail can show more of it."""
        limit = MAX_SLOTS if asker.send_id else query.limit
        asked = replace(query, limit=limit, fields=self._fields, evidence=True, send_id=asker.send_id)
        slate = self._strangers.recommend(engine, asked)
        self._metrics.slate(slate.placement, slate.fallback)
        return self._words.picks(slate, asker.send_id or query.placement, new_id())

    def _sends(self) -> Sends | None:
        try:
            return self._open()
        except StateError as error:
            self._tell(error)
            return None

    def _tell(self, error: StateError) -> None:
        log.error("a send is not frozen", extra={"fields": {"reason": str(error)}})
        self._metrics.state_error()
