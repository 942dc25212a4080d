"""Protocol: one public question put to the product, to what a shop does by hand, and to its peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.protocols.floors import Floor
from bench.protocols.prepared import Prepared
from bench.protocols.questions import Questions
from models.placements import Placement
from training.dataset import Dataset
from training.evaluation.metrics import Rows, Shown

Prepare = Callable[[Path], Iterator[tuple[str, Prepared]]]
Character = Callable[[Dataset, Questions, Shown], Rows]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a metric is by hand, at best as published or recomputed by others, and what it must reach; None unknown."""

    by_hand: float | None = None
    published: float | None = None
    reach: float | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """A protocol answered by slates of `places` items, every item ranked.

    `split`: how the history was cut, in a sentence; `prepare(data)`: its parts by name, each a history of its own with
    its questions (one, or one a fold); `served`: what the product is asked; `methods`: single methods of the product
    beside it; `aims`: the metrics by name, the one that decides first; `leaks`: what is known that no shop would know,
    for comparison with papers only; `seconds`: the most that the search may take, where that is bounded; `peers`:
    whether other libraries can be asked the same; `character`: metrics that need to know the shop; `notes`: what the
    shop itself says of the questions.
    """

    name: str
    title: str
    split: str
    prepare: Prepare
    served: Placement
    aims: Mapping[str, Aim]
    floors: Mapping[str, Floor]
    methods: Mapping[str, Placement] = field(default_factory=dict)
    places: int = 20
    leaks: str = ""
    seconds: float | None = None
    peers: bool = True
    character: Mapping[str, Character] = field(default_factory=dict)
    notes: Callable[[Dataset, Questions], dict[str, str]] = lambda _dataset, _questions: {}
