"""Faults of tables: everything in a TOML table that its struct type refuses, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from models.closest import did_you_mean


def table_faults(type_: type[msgspec.Struct], table: object, place: str) -> Iterator[str]:
    """Missing and unknown keys, and values of the wrong kind; entries of lists are counted from 1."""
    if not isinstance(table, dict):
        yield f"{place}: expected a table of settings"
        return
    fields = fields_of(type_)
    yield from (f"{place}.{key}: missing" for key, field in fields.items() if field.required and key not in table)
    for key, value in table.items():
        if key in fields:
            yield from value_faults(fields[key].type, value, f"{place}.{key}")
        else:
            yield f"{place}.{key}: unknown key{did_you_mean(key, fields)}"


def value_faults(type_: Any, value: object, place: str) -> Iterator[str]:
    """What keeps the value of one setting from being of its type."""
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        yield from list(_told(bare(type_), value, place)) or [f"{place}: {error}"]


@cache
def fields_of(type_: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    """The settings of a table by the name they have in a file."""
    return {field.encode_name: field for field in msgspec.structs.fields(type_)}


def words_of(type_: Any) -> tuple[str, ...]:
    """The words that a setting, or each entry of it, may be; () where it is anything else."""
    kind = bare(type_)
    kind = bare(get_args(kind)[0]) if get_origin(kind) is tuple else kind
    return get_args(kind) if get_origin(kind) is Literal else ()


def bare(type_: Any) -> Any:
    """A type without what is annotated to it, and without its None."""
    if get_origin(type_) is Annotated:
        return bare(get_args(type_)[0])
    if get_origin(type_) in (Union, UnionType):
        return bare(next(part for part in get_args(type_) if part is not NoneType))
    return type_


def is_table(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, msgspec.Struct)


def entry_of(type_: Any) -> type[msgspec.Struct] | None:
    """The tables that a setting lists, None where it is anything else."""
    kind = bare(type_)
    entry = bare(get_args(kind)[0]) if get_origin(kind) is tuple else None
    return entry if is_table(entry) else None


def _told(kind: Any, value: object, place: str) -> Iterator[str]:
    """In more words than msgspec has: of every entry of a list, and of words with those that are known."""
    if is_table(kind):
        yield from table_faults(kind, value, place)
    elif get_origin(kind) is tuple and isinstance(value, list):
        inner = bare(get_args(kind)[0])
        for number, entry in enumerate(value, start=1):
            yield from _told(inner, entry, f"{place}[{number}]" if is_table(inner) else place)
    elif get_origin(kind) is Literal and not isinstance(value, list) and value not in get_args(kind):
        known = get_args(kind)
        yield f"{place}: {value!r} is unknown{did_you_mean(str(value), known)} (known: {', '.join(known)})"
