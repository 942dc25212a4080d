"""Live: the engine that is serving, replaced as a whole when the registry has a new bundle."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from models.bundle import Manifest, Registry, verify_once, warm
from models.engine import Engine
from models.errors import ModelsError, PlacementError
from models.model import Model
from models.placements import Placement
from models.query import Query
from recsvc.metrics import Metrics
from recsvc.placements_file import PlacementsFile
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
        file: PlacementsFile,
        metrics: Metrics,
        *,
        marks: Path,
        warm_bytes: int,
    ) -> None:
        """Raises PlacementError."""
        self._registry = registry
        self._file = file
        # What is served, and what the file last said that could be read: it may suit the next bundle.
        self._placements = self._wanted = file.read()
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
        """Serves changed placements, and the registry's current bundle if it is another one.

        What is bad is refused, and what served before is kept.
        """
        self._refresh_placements()
        self._refresh_bundle()

    def _refresh_placements(self) -> None:
        try:
            changed = self._file.read_if_changed()
            if changed is not None:
                self._wanted = changed
                self._swap_placements(changed)
        except PlacementError as error:
            self._refuse_placements(error.faults)
        except Exception as error:
            # Whatever this is, the next bundle shall not meet it.
            log.exception("placements cannot be served")
            self._wanted = self._placements
            self._refuse_placements([repr(error)])

    def _swap_placements(self, placements: dict[str, Placement]) -> None:
        if self._serving is not None:
            engine = self._serving.engine.with_placements(placements)
            _ask_all(engine)
            self._serving = Serving(self._serving.manifest, engine)
        self._placements = placements
        self._metrics.placement_reload("swapped")
        log.info("placements swapped", extra={"fields": {"placements": len(placements)}})

    def _refuse_placements(self, faults: list[str]) -> None:
        """The last good ones serve on."""
        self._metrics.placement_reload("refused")
        log.error("placements refused", extra={"fields": {"faults": faults, "serving": len(self._placements)}})

    def _refresh_bundle(self) -> None:
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
        engine = self._engine(Model.open(bundle))
        _ask_all(engine)
        return Serving(bundle.manifest, engine)

    def _engine(self, model: Model) -> Engine:
        """With what the file says now, else with what served so far. Raises PlacementError."""
        try:
            return Engine(model, self._wanted)
        except PlacementError:
            if self._wanted == self._placements:
                raise
        return Engine(model, self._placements)

    def _swap(self, serving: Serving) -> None:
        previous = self.version
        self._serving = serving
        self._placements = serving.engine.placements
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


def _ask_all(engine: Engine) -> None:
    """Asks every placement once: what fails does so before it serves, and what is kept of it is there."""
    for placement in engine.placements:
        engine.recommend(Query(placement=placement))
