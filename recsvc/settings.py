"""Settings: everything the service reads from its environment, typed, documented and checked in one place."""

from __future__ import annotations

import dataclasses
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self, get_type_hints
from urllib.parse import urlsplit

from models.closest import did_you_mean
from recsvc.errors import SettingsError

PREFIX = "RECSVC_"
STANDARD_PORTS = (("http", ":80"), ("https", ":443"))
# With more the measurement gains nothing, and the shop loses.
MAX_HOLDOUT_SHARE = 0.5
LOG_LEVELS = ("debug", "info", "warning", "error")


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


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting is for, and how its text is read; `parse` raises ValueError."""

    documentation: str
    parse: Callable[[str], object]


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


def _share(most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not 0 <= value <= most:
            raise ValueError(f"must be a share from 0 to {most:g}")
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


def _origins(text: str) -> frozenset[str]:
    """As browsers write them: no path, no standard port, small letters."""
    return frozenset(_origin(name.strip()) for name in text.split(",") if name.strip())


def _origin(text: str) -> str:
    found = re.fullmatch(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?/?", text.lower())
    if not found:
        raise ValueError("must be origins by comma, such as https://shop.example,https://www.shop.example")
    scheme, host, port = found.groups()
    return f"{scheme}://{host}{'' if (scheme, port) in STANDARD_PORTS else port or ''}"


def _locale(text: str) -> str:
    from babel import Locale, UnknownLocaleError  # its data is read only where a locale is set

    try:
        Locale.parse(text.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueError("must be a locale such as pl-PL") from None
    return text


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field is read from `RECSVC_<FIELD>`; what has no default is required."""

    registry: Annotated[Path, Setting("Directory where the trainer publishes bundles.", Path)]
    state_url: Annotated[
        Secret | None,
        Setting("SQLite or PostgreSQL URL of live state. Default: a SQLite file beside the registry.", Secret),
    ] = None
    placements: Annotated[Path | None, Setting("TOML file of placements. Default: those shipped.", Path)] = None
    public_url: Annotated[
        str | None, Setting("Address of the shop, put before catalogue links that start with `/`.", _url)
    ] = None
    locale: Annotated[
        str, Setting("Locale of the shop's pages, such as `pl-PL`: its language, and how it writes prices.", _locale)
    ] = "en-GB"
    service_url: Annotated[
        str | None, Setting("Address under which mail clients reach this service, for images and links in mails.", _url)
    ] = None
    email: Annotated[
        Path | None, Setting("TOML file of how mails look and speak. Default: plain, in English.", Path)
    ] = None
    email_templates: Annotated[
        Path | None, Setting("Folder of templates of mails that stand in for those shipped.", Path)
    ] = None
    image_hosts: Annotated[
        frozenset[str], Setting("Hosts, by comma, from which the service may fetch photos of items.", _names)
    ] = frozenset()
    sends_kept_days: Annotated[
        int, Setting("How long a mail shows the products it was sent with.", _integer(1, 3_650))
    ] = 400
    host: Annotated[str, Setting("Address to listen on.", str)] = "127.0.0.1"
    port: Annotated[int, Setting("Port to listen on.", _integer(1, 65_535))] = 8000
    workers: Annotated[int, Setting("Worker processes; about one a core.", _integer(1, 256))] = 2
    threads: Annotated[
        int, Setting("Threads of each worker; more of them wait for each other, not for a disk.", _integer(1, 256))
    ] = 2
    graceful_timeout_s: Annotated[
        int, Setting("How long running requests may take to end when the service stops.", _integer(1, 600))
    ] = 30
    log_level: Annotated[str, Setting("Least severe level logged; `info` has one line a request.", _log_level)] = "info"
    reload_interval_s: Annotated[
        float, Setting("How often a worker looks for a new bundle or changed placements.", _seconds(0.05, 3_600))
    ] = 2.0
    keys_interval_s: Annotated[
        float,
        Setting(
            "How often a worker reads keys and erasures: what is revoked or erased acts after that.", _seconds(0.05, 60)
        ),
    ] = 2.0
    holdout_share: Annotated[
        float,
        Setting("Share of customers who get no personalisation, to measure what it adds.", _share(MAX_HOLDOUT_SHARE)),
    ] = 0.0
    holdout_salt: Annotated[str, Setting("Name of that measurement: another one holds out other customers.", str)] = ""
    warm_bytes: Annotated[
        int, Setting("How much of a new bundle is read into memory before it serves.", _integer(0, 10**15))
    ] = 4_000_000_000
    max_body_bytes: Annotated[int, Setting("Largest request body.", _integer(1_024, 100_000_000))] = 1_048_576
    max_events: Annotated[
        int, Setting("About how many events are kept; more are refused until some are deleted.", _integer(0, 10**12))
    ] = 20_000_000
    metrics_open: Annotated[bool, Setting("Whether /metrics answers without a server key.", _boolean)] = False
    cors_origins: Annotated[
        frozenset[str],
        Setting("Origins, by comma, whose pages may ask with a public key, such as `https://shop.example`.", _origins),
    ] = frozenset()
    cache_max_age_s: Annotated[
        int, Setting("How long caches keep a slate that is about nobody; 0: they ask each time.", _integer(0, 86_400))
    ] = 60
    private_fields: Annotated[
        frozenset[str], Setting("Catalogue fields, by comma, that public keys neither see nor filter by.", _names)
    ] = frozenset({"cost_of_goods_sold"})
    runtime_dir: Annotated[Path, Setting("Directory of this host for counters and verification marks.", Path)] = (
        Path(tempfile.gettempdir()) / f"recsvc-{os.getuid()}"
    )

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """An empty value counts as unset. Raises SettingsError."""
        values: dict[str, Any] = {}
        faults: list[str] = []
        required = [field.name for field in dataclasses.fields(cls) if field.default is dataclasses.MISSING]
        for name, setting in described().items():
            text = environment.get(variable(name), "")
            if not text and name in required:
                faults.append(f"{variable(name)} is required: {setting.documentation}")
            elif text:
                try:
                    values[name] = setting.parse(text)
                except ValueError as error:
                    faults.append(f"{variable(name)} {error}")
        if faults:
            raise SettingsError(*faults)
        return cls(**values)

    def state(self) -> Secret:
        """The URL of live state, the default filled in."""
        return self.state_url or Secret(beside(self.registry))


def described() -> dict[str, Setting]:
    """Every setting by its field."""
    return {name: hint.__metadata__[0] for name, hint in get_type_hints(Settings, include_extras=True).items()}


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
    known = [variable(name) for name in described()]
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    return [f"{name} is not a setting{did_you_mean(name, known)}" for name in unknown]
