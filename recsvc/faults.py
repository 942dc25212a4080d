"""Faults: every way in which a value breaks a type's JSON Schema, in our own words, which quote no value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Annotated, Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker

from models.closest import did_you_mean

Path = tuple[str | int, ...]
Found = tuple[Path, str]

COMPONENTS = "#/components/schemas/"
MAX_FAULTS = 100
Time = Annotated[dt.datetime, msgspec.Meta(tz=True)]


def _is_time(value: object) -> bool:
    try:
        msgspec.convert(value, Time)
    except msgspec.ValidationError:
        return not isinstance(value, str)
    return True


# A time is what msgspec takes for one.
_formats = FormatChecker(formats=())
_formats.checkers["date-time"] = (_is_time, ())


def components(types: Iterable[type]) -> dict[str, Any]:
    """The JSON Schemas of the types and of all they are made of, by name."""
    return msgspec.json.schema_components(types, ref_template=COMPONENTS + "{name}")[1]


def without(schema: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """An object's schema less some of its properties."""
    properties = {name: value for name, value in schema["properties"].items() if name not in names}
    required = [name for name in schema.get("required", ()) if name not in names]
    return {**schema, "properties": properties, "required": required}


def schema_faults(
    type_: type, *, leave_out: tuple[str, ...] = (), refers_to: tuple[type, ...] = ()
) -> Callable[[object], list[Found]]:
    """A function that gives the path and the words of everything wrong with a value; [] where the schema agrees."""
    known = components([type_, *refers_to])
    schema = {**without(known[type_.__name__], leave_out), "components": {"schemas": known}}
    validator = Draft202012Validator(schema, format_checker=_formats)

    def faults(value: object) -> list[Found]:
        found = (fault for error in validator.iter_errors(value) for fault in _told(error))
        return list(islice(found, MAX_FAULTS))

    return faults


def _told(error: Any) -> Iterator[Found]:
    """What a jsonschema.ValidationError says; its own types tell less than it holds."""
    path = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            unknown = [name for name in error.instance if name not in known]
            yield from (((*path, name), f"is not known{did_you_mean(name, known)}") for name in unknown)
        case "required":
            yield from (((*path, name), "is required") for name in error.validator_value if name not in error.instance)
        case "anyOf":
            # Every union here is "this, or null": what is wrong is wrong with the first.
            yield from (told for inner in error.context or () if inner.schema_path[0] == 0 for told in _told(inner))
        case "enum":
            yield path, f"must be one of {', '.join(map(str, error.validator_value))}"
        case "pattern":
            yield path, f"must look like {error.schema['examples'][0]}"
        case validator:
            yield path, _WORDS[str(validator)].format(_TYPES.get(error.validator_value, error.validator_value))


_WORDS = {
    "type": "must be {}",
    "minLength": "must not be empty",
    "maxLength": "is longer than {} characters",
    "minItems": "must not be empty",
    "maxItems": "has more than {}",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "format": "must be a time such as 2026-01-31T12:00:00Z",
}
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "array": "a list",
    "object": "an object",
    "boolean": "true or false",
}
