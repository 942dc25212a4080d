"""Recipe: which methods a bundle is learned with, and their settings; recorded in every manifest, so that it can be refitted."""

from __future__ import annotations

import msgspec

Settings = dict[str, float]


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`methods`: settings of each learner by method name; `ranker`: how `for_you` is ranked, and its settings."""

    methods: dict[str, Settings]
    ranker: str = "blend"
    ranker_settings: Settings = {}
    seed: int = 0
    threads: int = 1
    depth: int = 100
