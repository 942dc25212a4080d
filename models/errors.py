"""Everything that models/ may raise on purpose, under one base."""

from __future__ import annotations


class ModelsError(Exception):
    """Base of the errors of models/."""


class BundleError(ModelsError):
    """A bundle or registry cannot be read or written; the message says which file and why."""


class BundleDamaged(BundleError):
    """A file of the bundle is missing, of another size, or does not match its checksum."""


class BundleTooNew(BundleError):
    """The bundle has a format version that this release does not read."""


class NoBundle(BundleError):
    """The registry holds no current bundle."""


class RegistryLocked(BundleError):
    """Another training run holds the registry's lock."""


class PlacementError(ModelsError):
    """The placements file is wrong; `faults` lists every fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class UnknownPlacement(ModelsError):
    """A query names a placement that is not configured."""


class FilterError(ModelsError):
    """A filter expression is wrong; `column` is the 1-based position of the fault in it."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.reason = message
        self.column = column


class QueryError(ModelsError):
    """A query is wrong for its placement; `field` names the offending field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.reason = message
