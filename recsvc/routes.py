"""Route: one method of one path: its view, who may call it, and what the API's description says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from recsvc.answer import Answer

# `operator`: a server key, unless the settings open the route to anyone.
# `email`: a key, or a customer's token among the parameters; the view itself looks at both.
Access = Literal["anyone", "email", "public", "server", "operator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`view(service, call, **path)`; `access` is the least key needed, so a route that says nothing is closed."""

    method: Literal["GET", "POST"]
    path: str  # as Flask writes it
    name: str
    view: Callable[..., Answer]
    summary: str
    access: Access = "server"
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    body_also: tuple[dict[str, Any], ...] = ()  # schemas of what else the body may be
    body_types: tuple[str, ...] = ("application/json",)
    key_in_query: bool = False  # a public key may be the parameter `key`, where browsers send no header
    in_path: dict[str, str] = field(default_factory=dict)  # name -> description
    answers: type[msgspec.Struct] | str  # a type, or the content type of what is not JSON
    status: int = 200  # of success
    kept: bool = False  # caches may keep what is about nobody, and ask for it again by its tag
    example: Any = None
    body_example: Any = None
    problems: tuple[str, ...] = ()

    @property
    def body_name(self) -> str:
        """The body's schema; less what the path says already, it has a name of its own."""
        name = self.body.__name__ if self.body else ""
        return f"{name}Body" if self.in_path else name
