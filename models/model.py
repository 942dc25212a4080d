"""Model: an opened bundle as the Engine sees it: ids, catalogue, history, methods and ranked lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self

from models.cards import Cards
from models.catalogue import Arrays, Catalogue, Kind
from models.errors import BundleDamaged
from models.history import History
from models.ids import IdMap
from models.kinds import Purchased
from models.methods import METHODS, Method, Shop
from models.methods.base import TimeUnit
from models.methods.popularity import Popularity
from models.ranker import Ranker
from models.sections import Section, section


class Description(Protocol):
    """What a manifest says of the arrays beside it."""

    @property
    def version(self) -> str: ...
    @property
    def unit(self) -> TimeUnit: ...
    @property
    def reference(self) -> float: ...
    @property
    def columns(self) -> Mapping[str, Kind]: ...
    @property
    def customer_columns(self) -> Mapping[str, Kind]: ...


class Opened(Protocol):
    """An opened bundle directory."""

    @property
    def manifest(self) -> Description: ...
    @property
    def arrays(self) -> Arrays: ...


class Model:
    """Every array keeps the type it has on disk; nothing is copied, so workers share the pages."""

    def __init__(self, arrays: Arrays, manifest: Description) -> None:
        """Raises BundleDamaged, naming every array that is missing."""
        self.manifest = manifest
        asked = Section(arrays)
        try:
            self._read(asked, manifest)
        except Exception:
            if not asked.missing:
                raise
        if asked.missing:
            raise BundleDamaged(f"bundle {manifest.version} lacks {', '.join(sorted(set(asked.missing)))}")

    def _read(self, arrays: Arrays, manifest: Description) -> None:
        self.customers = IdMap(arrays["customers/ids"])
        self.items = IdMap(arrays["items/ids"])
        catalogue = Catalogue(len(self.items), manifest.columns, section(arrays, "catalogue"))
        history = History(section(arrays, "history"))
        self.cards = Cards(catalogue, section(arrays, "cards"))
        self.shop = Shop(catalogue, history, manifest.unit, manifest.reference)
        self.customer_attributes = Catalogue(
            len(self.customers), manifest.customer_columns, section(arrays, "customer_attributes")
        )
        self.methods: dict[str, Method] = {
            method.name: method.load(learned, self.shop)
            for method in METHODS
            # Without any other method a shop has less to show; every fallback ends in the lists of this one.
            if (learned := section(arrays, f"methods/{method.name}")) or method is Popularity
        }
        self._rankers = {"for_you": Ranker(arrays.get("ranked/for_you"), self.methods)}
        # A session moves what is for you; own purchases stay as they are ranked.
        for name, moved_by in (("buy_again", {}), ("new", self.methods)):
            if (rows := arrays.get(f"ranked/{name}")) is not None:
                self._rankers[name] = Ranker(rows, moved_by)

    def ranker(self, kind: str, purchased: Purchased) -> Ranker | None:
        """The lists of everyone that answer a kind of placement, None where its methods do.

        Without own purchases `for_you` may have a list of its own: these may fill most of the other.
        """
        if kind == "for_you" and purchased == "hide":
            return self._rankers.get("new", self._rankers[kind])
        return self._rankers.get(kind)

    @classmethod
    def open(cls, bundle: Opened) -> Self:
        return cls(bundle.arrays, bundle.manifest)
