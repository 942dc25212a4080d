"""Settings of every test."""

from __future__ import annotations

import os

from hypothesis import settings

# As the commands do it, before any test imports numpy.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

# Time is never asserted: the first example may compile or learn what the others find ready.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
