"""Service: what all endpoints share, and the threads that keep it fresh."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Engine

from models.bundle import Registry
from models.filters import parse
from recsvc.auth import KeyRing
from recsvc.customer_tokens import CustomerTokens
from recsvc.email.brand import load_brand
from recsvc.email.faces import Faces
from recsvc.email.mail import Mail
from recsvc.erased import Erased
from recsvc.holdout import holdout_of
from recsvc.live import Live
from recsvc.logs import RequestLog
from recsvc.metrics import Metrics
from recsvc.pictures.photos import Photos
from recsvc.placements_file import PlacementsFile
from recsvc.settings import Settings
from recsvc.state.events import Events
from recsvc.state.keys import Keys
from recsvc.state.migrations import require_current
from recsvc.state.sends import Sends
from recsvc.state.signing_keys import SigningKeys
from recsvc.state.store import open_for_requests, open_state
from recsvc.state.tombstones import Tombstones
from recsvc.strangers import Strangers
from recsvc.watcher import Watcher

FORGET_INTERVAL_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Service:
    settings: Settings
    live: Live
    state: State
    keys: KeyRing
    customer_tokens: CustomerTokens
    erased: Erased
    strangers: Strangers
    mail: Mail
    photos: Photos
    metrics: Metrics
    request_log: RequestLog

    def watchers(self) -> list[Watcher]:
        """Threads to start in each worker, after the fork: threads do not survive one."""
        return [
            Watcher("bundles and placements", self.live.refresh, self.settings.reload_interval_s),
            Watcher("keys", self.keys.refresh, self.settings.keys_interval_s),
            Watcher("signing keys", self.customer_tokens.refresh, self.settings.keys_interval_s),
            Watcher("erased customers", self.erased.refresh, self.settings.keys_interval_s),
            Watcher("old sends", self.mail.forget_old, FORGET_INTERVAL_S),
        ]


def open_service(settings: Settings) -> Service:
    """Opens what can be opened now, so that workers forked later share it.

    Raises StateError, PlacementError or SettingsError.
    """
    metrics = Metrics()
    live = Live(
        Registry(settings.registry),
        PlacementsFile(settings.placements),
        metrics,
        marks=settings.runtime_dir / "verified",
        warm_bytes=settings.warm_bytes,
    )
    # The first filter builds their grammar, which takes longer than a hundred slates; here all workers share it.
    parse("price > 0")
    live.refresh()
    state = State(settings)
    keys = KeyRing(lambda: Keys(state.engine()).all(), metrics)
    keys.refresh()
    customer_tokens = CustomerTokens(lambda: SigningKeys(state.engine()).all(), metrics)
    customer_tokens.refresh()
    erased = Erased(lambda: Tombstones(state.engine()), metrics)
    erased.refresh()
    strangers = Strangers(erased.has, holdout_of(settings.holdout_share, settings.holdout_salt))
    faces = Faces(load_brand(settings.email, settings.locale), settings.email_templates)
    mail = Mail(settings, faces, state.sends, strangers, metrics)
    photos = Photos(settings.runtime_dir / "photos", settings.image_hosts)
    log = RequestLog(settings.log_level)
    return Service(settings, live, state, keys, customer_tokens, erased, strangers, mail, photos, metrics, log)


class State:
    """Live state, its version looked at once, when it is first used."""

    def __init__(self, settings: Settings) -> None:
        self._engine = open_state(settings.state())
        for_requests = open_for_requests(settings.state(), settings.threads)
        self._events = Events(for_requests)
        self._sends = Sends(for_requests)
        self._is_current = False

    def engine(self) -> Engine:
        """To read from ahead of requests. Raises StateError."""
        self._require_current()
        return self._engine

    def events(self) -> Events:
        """To write to within requests, never before the fork. Raises StateError."""
        self._require_current()
        return self._events

    def sends(self) -> Sends:
        """To use within requests, never before the fork. Raises StateError."""
        self._require_current()
        return self._sends

    def _require_current(self) -> None:
        if not self._is_current:
            require_current(self._engine)
            self._is_current = True
