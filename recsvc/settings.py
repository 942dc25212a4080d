"""Settings: everything the service reads from its environment, typed, documented and checked in one place."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

PREFIX = "RECSVC_"
LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingsError(Exception):
    """The environment is wrong; `faults` lists every fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Secret:
    """A text that is never shown by accident; `reveal()` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__


def _setting(documentation: str, parse: Callable[[str], Any], **default: Any) -> Any:
    return dataclasses.field(metadata={"documentation": documentation, "parse": parse}, **default)


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def _seconds(low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"must be a number of seconds from {low:g} to {high:g}")
        return value

    return parse


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def _log_level(text: str) -> str:
    if text not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("must be an http or https address without query, such as https://shop.example")
    return text.rstrip("/")


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field is read from `RECSVC_<FIELD>`; what has no default is required."""

    registry: Path = _setting("Directory where the trainer publishes bundles.", Path)
    state_url: Secret | None = _setting(
        "Where live state (keys) is: a SQLite or PostgreSQL URL. Default: a SQLite file beside the registry.",
        Secret,
        default=None,
    )
    placements: Path | None = _setting(
        "TOML file of the shop's placements. Default: the ones shipped.", Path, default=None
    )
    public_url: str | None = _setting(
        "Address of the shop, put before links of the catalogue that start with `/`.", _url, default=None
    )
    host: str = _setting("Address to listen on.", str, default="127.0.0.1")
    port: int = _setting("Port to listen on.", _integer(1, 65_535), default=8000)
    workers: int = _setting("Worker processes; about one a core.", _integer(1, 256), default=2)
    threads: int = _setting("Threads a worker.", _integer(1, 256), default=4)
    graceful_timeout_s: int = _setting(
        "How long running requests may take to end when the service stops.", _integer(1, 600), default=30
    )
    log_level: str = _setting(
        "Least severe level logged; `info` has one line a request.", _log_level, default="info"
    )
    reload_interval_s: float = _setting(
        "How often a worker looks for a new bundle.", _seconds(0.05, 3_600), default=2.0
    )
    keys_interval_s: float = _setting(
        "How often a worker reads the keys: a revoked key works at most this long.", _seconds(0.05, 60), default=2.0
    )
    max_body_bytes: int = _setting("Largest request body.", _integer(1_024, 100_000_000), default=1_048_576)
    metrics_open: bool = _setting("Whether /metrics answers without a server key.", _boolean, default=False)
    private_fields: frozenset[str] = _setting(
        "Catalogue fields, by comma, that a public key may neither see nor filter by.",
        _names,
        default=frozenset({"cost_of_goods_sold"}),
    )

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """An empty value counts as unset. Raises SettingsError."""
        values: dict[str, Any] = {}
        faults: list[str] = []
        for field in dataclasses.fields(cls):
            name = variable(field.name)
            text = environment.get(name, "")
            if text:
                try:
                    values[field.name] = field.metadata["parse"](text)
                except ValueError as error:
                    faults.append(f"{name}: {error}")
            elif field.default is dataclasses.MISSING:
                faults.append(f"{name}: is required: {field.metadata['documentation']}")
        if faults:
            raise SettingsError(faults)
        return cls(**values)

    def state(self) -> Secret:
        """The URL of live state, the default filled in."""
        return self.state_url or Secret(beside(self.registry))


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def beside(registry: Path) -> str:
    """The default URL of live state: a SQLite file next to the registry, named after it."""
    return f"sqlite:///{registry.resolve()}.state.sqlite"


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """One line for each `RECSVC_…` that nothing reads.

    Not an error: container platforms inject names such as RECSVC_SERVICE_HOST.
    """
    known = [variable(field.name) for field in dataclasses.fields(Settings)]
    lines = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            lines.append(f"{name} is not a setting" + (f"; did you mean {close[0]}?" if close else ""))
    return lines
