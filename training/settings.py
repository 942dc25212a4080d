"""Settings: a configuration file and the command's flags read into one Config, every fault listed at once."""

from __future__ import annotations

import math
import re
import tomllib
import types
import typing
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from training.config import TABLES, Config, Section, TableInput
from training.errors import Faults, UsageError

QUERY = re.compile(r"\s*(select|with)\s", re.IGNORECASE)
RELATIVE_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:)(.+)")
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as its documentation shows it."""

    key: str
    default: Any
    description: str


def read_config(path: Path | None, flags: Mapping[str, Any] | None = None) -> Config:
    """The configuration at `path` with `flags` on top, by dotted key such as `inputs.items`; flags of None say nothing.

    Relative paths count from the file, those of flags from the working directory. Raises UsageError with every fault.
    """
    tree = {} if path is None else _anchored(_toml(path), path.resolve().parent)
    for key, value in (flags or {}).items():
        if value is not None:
            tree = _merged(tree, _anchored(_nested(key, value), Path.cwd()))
    faults = Faults()
    config = typing.cast(Config, _section(Config, tree, "", faults))
    _check_zones(config, faults)
    _check_tables(config, tree.get("inputs"), faults)
    if faults:
        raise faults.error()
    return config


def settings(section: type[Section] = Config, prefix: str = "") -> Iterator[Setting]:
    """Every setting there is; `inputs.TABLE` stands for each of the four tables."""
    for field in msgspec.structs.fields(section):
        inner = _section_type(field.type)
        if inner is TableInput:
            if field.name == TABLES[0]:
                yield from settings(TableInput, f"{prefix}TABLE.")
        elif inner is not None:
            yield from settings(inner, f"{prefix}{field.name}.")
        else:
            default = {} if field.default is msgspec.NODEFAULT else field.default
            yield Setting(prefix + field.name, default, _description(field.type))


def published(config: Config) -> dict[str, Any]:
    """The configuration as manifests and reports may show it: without the passwords of URLs."""
    tree: Tree = msgspec.to_builtins(config)
    for holder in (tree["inputs"], *filter(None, (tree["inputs"][name] for name in TABLES))):
        if holder["url"] is not None:
            holder["url"] = without_password(holder["url"])
    return tree


def without_password(url: str) -> str:
    """A database URL as it may be shown."""
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        return "***"


def _toml(path: Path) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{path}: not a readable configuration: {reason}") from None


def _nested(key: str, value: Any) -> Tree:
    for name in reversed(key.split(".")):
        value = {name: value}
    return typing.cast(Tree, value)


def _anchored(tree: Tree, base: Path) -> Tree:
    """Absolute paths, and tables given as one text spelt out. What has the wrong type is left for the checks."""
    found = dict(tree)
    for key in ("registry", "placements"):
        if isinstance(found.get(key), str) and found[key]:
            found[key] = str(base / found[key])
    if isinstance(inputs := found.get("inputs"), dict):
        tables = {name: _anchored_table(inputs[name], base) for name in TABLES if name in inputs}
        found["inputs"] = _anchored_url(inputs, base) | tables
    return found


def _anchored_table(table: Any, base: Path) -> Any:
    if isinstance(table, str):
        table = {"query" if QUERY.match(table) else "path": table}
    if not isinstance(table, dict):
        return table
    if isinstance(table.get("path"), str) and table["path"]:
        table = table | {"path": str(base / table["path"])}
    return _anchored_url(table, base)


def _anchored_url(holder: Tree, base: Path) -> Tree:
    if isinstance(url := holder.get("url"), str) and (match := RELATIVE_SQLITE.fullmatch(url)):
        return holder | {"url": f"{match[1]}{base / match[2]}"}
    return holder


def _merged(below: Any, above: Any) -> Any:
    """`above` wins; a path takes the place of a query and the other way round."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    if "path" in above or "query" in above:
        below = {name: value for name, value in below.items() if name not in ("path", "query", "url")}
    return below | {name: _merged(below.get(name), value) for name, value in above.items()}


def _section(section: type[Section], tree: Any, at: str, faults: Faults) -> Section:
    """The struct of one section, with the default in the place of what is wrong; what is wrong is collected."""
    if not isinstance(tree, dict):
        faults.usage(f"{at.rstrip('.')}: expected a table of settings, got {_kind(tree)}")
        return section()
    known = {field.name: field.type for field in msgspec.structs.fields(section)}
    faults.usage(*(f"{at}{name}: no such setting; there are: {', '.join(known)}" for name in tree if name not in known))
    values = {name: _value(known[name], value, at + name, faults) for name, value in tree.items() if name in known}
    return section(**{name: value for name, value in values.items() if value is not None})


def _value(kind: Any, value: Any, at: str, faults: Faults) -> Any:
    """The value in its type, or None where it is wrong."""
    inner = _section_type(kind)
    if inner is not None:
        return _section(inner, value, f"{at}.", faults)
    try:
        converted = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        faults.usage(f"{at}: {str(error)[0].lower()}{str(error)[1:]}")
        return None
    if isinstance(converted, float) and not math.isfinite(converted):
        faults.usage(f"{at}: expected a finite number")
        return None
    return converted


def _check_zones(config: Config, faults: Faults) -> None:
    _check_zone(config.data.timezone, "data.timezone", faults)
    for name, table in config.inputs.given().items():
        if table.timezone is not None:
            _check_zone(table.timezone, f"inputs.{name}.timezone", faults)


def _check_tables(config: Config, inputs: Any, faults: Faults) -> None:
    for name in config.inputs.given():
        table = inputs[name] if isinstance(inputs[name], dict) else {"path": ""}
        if ("path" in table) == ("query" in table):
            faults.usage(f"inputs.{name}: give either `path` or `query`")
        if "query" in table and "url" not in table and "url" not in inputs:
            faults.usage(f"inputs.{name}: a query needs `inputs.url` or `inputs.{name}.url`")


def _check_zone(name: str, at: str, faults: Faults) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        faults.usage(f"{at}: no time zone is called {name!r}; expected one like 'Europe/Warsaw'")


def _parts(kind: Any) -> Iterator[Any]:
    """The members of a union, or the type alone, with annotations taken off."""
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        for member in typing.get_args(kind):
            yield from _parts(member)
    else:
        yield kind


def _section_type(kind: Any) -> type[Section] | None:
    return next((part for part in _parts(kind) if isinstance(part, type) and issubclass(part, Section)), None)


def _description(kind: Any) -> str:
    notes = (note for note in getattr(kind, "__metadata__", ()) if isinstance(note, msgspec.Meta))
    return next((note.description for note in notes if note.description), "")


def _kind(value: Any) -> str:
    return {str: "text", list: "a list", bool: "a boolean"}.get(type(value), "a number")
