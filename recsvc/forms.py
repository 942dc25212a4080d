"""Forms: a request's parameters or body as a typed value, or a problem that lists every fault."""

from __future__ import annotations

from typing import Any, Generic, TypeGuard, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import UNSET, UnsetType, convert

from recsvc.faults import schema_faults
from recsvc.problems import Fault, Problem

T = TypeVar("T", bound=msgspec.Struct)
Path = tuple[str | int, ...]

# Longer texts of digits are no sensible number, and Python takes long over very long ones.
MAX_DIGITS = 18


class InQuery:
    """Faults of a query string: they name the parameter."""

    def fault(self, path: Path, detail: str, column: int | UnsetType = UNSET) -> Fault:
        place = f"value {int(path[1]) + 1} " if len(path) > 1 else ""
        return Fault(place + detail, parameter=str(path[0]) if path else UNSET, column=column)


class InBody:
    """Faults of a JSON body: they point into it, from `prefix` on."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def fault(self, path: Path, detail: str, column: int | UnsetType = UNSET) -> Fault:
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return Fault(detail, pointer="/".join((self._prefix, *steps)), column=column)


Origin = InQuery | InBody
IN_QUERY, IN_BODY = InQuery(), InBody()


class Form(Generic[T]):
    """Reads `type`; the fields named in `in_path` come from the path and may not be sent as well."""

    def __init__(self, type_: type[T], *, in_path: tuple[str, ...] = (), refers_to: tuple[type, ...] = ()) -> None:
        self._type = type_
        self._in_path = in_path
        fields = {field.name: field for field in msgspec.inspect.type_info(type_).fields}  # type: ignore[attr-defined]
        lists = {name: _part(field.type, msgspec.inspect.VarTupleType) for name, field in fields.items()}
        self._longest = {name: found.max_length or 0 for name, found in lists.items() if found}
        self._integers = frozenset(name for name in fields if _part(fields[name].type, msgspec.inspect.IntType))
        self._booleans = frozenset(name for name in fields if _part(fields[name].type, msgspec.inspect.BoolType))
        self._required = frozenset(name for name in fields if fields[name].required)
        self._faults = schema_faults(type_, leave_out=in_path, refers_to=refers_to)

    def from_query(self, text: str, **in_path: str) -> T:
        """Reads a query string as WSGI has it. An empty text is as good as none: templates write `&item_id=`."""
        values: dict[str, Any] = {}
        repeated = []
        for name, given in parameters(text).items():
            if name in self._longest:
                values[name] = self._filled(name, given) if "" in given else given
            elif len(given) > 1:
                repeated.append(IN_QUERY.fault((name,), "is given more than once"))
            elif name in self._integers:
                values[name] = _integer(given[0])
            elif name in self._booleans and given[0] in ("true", "false"):
                values[name] = given[0] == "true"
            elif given[0]:
                values[name] = given[0]
        return self._convert(values, IN_QUERY, in_path, repeated)

    def from_object(self, value: object, origin: Origin = IN_BODY, **in_path: str) -> T:
        """Reads decoded JSON, in which 2.0 is as whole a number as 2."""
        if not isinstance(value, dict):
            raise invalid([origin.fault((), "must be an object")])
        whole = {name: int(number) for name in self._integers if _is_whole(number := value.get(name))}
        return self._convert({**value, **whole}, origin, in_path, [])

    def _filled(self, name: str, given: list[str]) -> list[str]:
        """What is not empty; all of it where the schema has something to say of the rest."""
        refused = name in self._required or len(given) > self._longest[name]
        return given if refused else [one for one in given if one]

    def _convert(self, values: dict[str, Any], origin: Origin, in_path: dict[str, str], faults: list[Fault]) -> T:
        twice = [name for name in self._in_path if name in values]
        if not (faults or twice):
            try:
                return convert({**values, **in_path}, self._type)
            except msgspec.ValidationError as error:
                # Said only where the schema finds nothing; msgspec names the place and quotes no value.
                unexplained = str(error)
        found = [origin.fault(path, detail) for path, detail in self._faults(values)]
        raise invalid([*faults, *found] or [origin.fault((), unexplained)])


def parameters(text: str) -> dict[str, list[str]]:
    """A query string by name, values in order. Raises a problem unless it is UTF-8."""
    values: dict[str, list[str]] = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair or not pair.isascii():
            name, value = _unquoted(name), _unquoted(value)
        if pair:
            values.setdefault(name, []).append(value)
    return values


def decoded(body: bytes) -> object:
    """The JSON of a body. Raises a problem."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = "is not valid UTF-8" if isinstance(error, UnicodeDecodeError) else f"is not JSON: {error}"
        raise invalid([IN_BODY.fault((), reason)]) from error


def invalid(faults: list[Fault]) -> Problem:
    return Problem("invalid-request", faults=faults)


def _unquoted(text: str) -> str:
    raw = unquote_to_bytes(text.replace("+", " ").encode("latin-1"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid([Fault("the query string is not valid UTF-8")]) from error


def _integer(text: str) -> int | str:
    """A number where it is written as one; else the text, for the schema to refuse."""
    digits = text[1:] if text.startswith("-") else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS else text


def _is_whole(value: object) -> TypeGuard[float]:
    return isinstance(value, float) and value.is_integer()


def _part(kind: Any, wanted: type) -> Any:
    """The type itself or the part of a union or annotation that is `wanted`; None if there is none."""
    if isinstance(kind, msgspec.inspect.UnionType):
        return next(filter(None, (_part(option, wanted) for option in kind.types)), None)
    if isinstance(kind, msgspec.inspect.Metadata):
        return _part(kind.type, wanted)
    return kind if isinstance(kind, wanted) else None
