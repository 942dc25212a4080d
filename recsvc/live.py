"""Live: the engine that is serving, replaced as a whole when the registry has a new bundle."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.bundle import Manifest, Registry, verify_once, warm
from models.engine import Engine
from models.errors import ModelsError
from models.model import Model
from models.placements import Placement
from models.query import Query
from recsvc.metrics import Metrics
from recsvc.problems import Problem

log = logging.getLogger(__name__)

RETRY_AFTER_S = 5
FIRST_RETRY_S = 5.0
LAST_RETRY_S = 300.0


@dataclass(frozen=True, slots=True)
class Serving:
    """One bundle and the engine over it."""

    manifest: Manifest
    engine: Engine


@dataclass(frozen=True, slots=True)
class _Refused:
    """A version that could not be served, and when to try it again: its disk may have been the fault."""

    version: str | None
    reason: str
    pause_s: float
    retry_at: float


class Live:
    """`refresh` is called by one thread at a time; any may read `serving`, once for a whole request."""

    def __init__(
        self,
        registry: Registry,
        placements: Mapping[str, Placement],
        metrics: Metrics,
        *,
        marks: Path,
        warm_bytes: int,
    ) -> None:
        self._registry = registry
        self._placements = placements
        self._metrics = metrics
        self._marks = marks
        self._warm_bytes = warm_bytes
        self._serving: Serving | None = None
        self._refused: _Refused | None = None

    @property
    def serving(self) -> Serving:
        """Raises a 503 problem before the first bundle."""
        if self._serving is None:
            raise Problem("not-ready", headers={"Retry-After": str(RETRY_AFTER_S)})
        return self._serving

    @property
    def version(self) -> str | None:
        return self._serving.manifest.version if self._serving else None

    @property
    def created_at(self) -> float | None:
        """When the served bundle was made, in seconds since 1970."""
        return self._serving.manifest.created_at.timestamp() if self._serving else None

    def refresh(self) -> None:
        """Serves the registry's current bundle if it is another one; a bad one is refused and the old one kept."""
        version: str | None = None
        try:
            version = self._registry.current()
            if version is None or version == self.version or self._is_pausing(version):
                return
            self._swap(self._open(version))
        except (ModelsError, OSError) as error:
            self._refuse(version, str(error))
        except Exception as error:
            # A bundle that this release cannot work with must not end the search for a better one.
            log.exception("a bundle cannot be served")
            self._refuse(version, repr(error))

    def _open(self, version: str) -> Serving:
        path = self._registry.path_of(version)
        verify_once(path, self._marks)
        bundle = self._registry.open(version)
        warm(bundle, self._warm_bytes)
        engine = Engine(Model.open(bundle), self._placements)
        for placement in self._placements:
            engine.recommend(Query(placement=placement))
        return Serving(bundle.manifest, engine)

    def _swap(self, serving: Serving) -> None:
        previous = self.version
        self._serving = serving
        self._refused = None
        self._metrics.reload("swapped")
        log.info("bundle swapped", extra={"fields": {"model_version": self.version, "previous": previous}})

    def _is_pausing(self, version: str) -> bool:
        refused = self._refused
        return refused is not None and refused.version == version and time.monotonic() < refused.retry_at

    def _refuse(self, version: str | None, reason: str) -> None:
        """Counted and logged once for each reason, though tried again, at ever longer pauses."""
        known = self._refused
        again = known is not None and (known.version, known.reason) == (version, reason)
        pause_s = min(known.pause_s * 2, LAST_RETRY_S) if again and known else FIRST_RETRY_S
        self._refused = _Refused(version, reason, pause_s, time.monotonic() + pause_s)
        if not again:
            self._metrics.reload("refused")
            fields = {"refused_version": version, "reason": reason, "serving": self.version}
            log.error("bundle refused", extra={"fields": fields})
