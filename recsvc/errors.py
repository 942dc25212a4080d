"""What stops the service or a command, under one base; what a request meets is a Problem instead."""

from __future__ import annotations


class ServiceError(Exception):
    """`faults`: one clear line for everything that is wrong."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = list(faults)


class SettingsError(ServiceError):
    """The environment is wrong."""


class StateError(ServiceError):
    """Live state cannot be used; says why, and never a password."""


class ExportError(ServiceError):
    """An export cannot be made."""


class TokenError(ServiceError):
    """A customer token is not valid; says why, to those who run the service alone."""
