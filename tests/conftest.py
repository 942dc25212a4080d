"""Settings of every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.browser import Browser

# As the commands do it, before any test imports numpy.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
# Compiled loops share their work in the tests also where there is one processor.
os.environ.setdefault("NUMBA_NUM_THREADS", str(max(2, len(os.sched_getaffinity(0)))))

# Time is never asserted: the first example may compile or learn what the others find ready.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The one browser of a run; tests take `browser`."""
    # Most tests need no browser, and should not wait for its driver's library.
    from tests.browser import open_browser

    with open_browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def browser(one_browser: Browser) -> Browser:
    """A browser that remembers nothing of the test before."""
    one_browser.as_before()
    return one_browser
