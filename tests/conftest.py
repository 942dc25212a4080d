"""Settings of every test."""

from __future__ import annotations

from hypothesis import settings

# Time is never asserted: the first example may compile or learn what the others find ready.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
