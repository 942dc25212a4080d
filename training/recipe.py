"""Recipe: the methods of a bundle and their settings; recorded in every manifest, so that it can be refitted."""

from __future__ import annotations

from typing import Any

import msgspec

Settings = dict[str, Any]


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`methods`: the settings of each learner by name; `cascade`: the methods that fill `for_you`, the best first;

    `depth`: how many ranked items a customer has.
    """

    methods: dict[str, Settings]
    cascade: tuple[str, ...]
    depth: int = 100
