"""Cores: which processor each side of a measurement runs on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial


def all_cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def server_core() -> list[int]:
    """The first core: a server of one worker has it for itself."""
    return all_cores()[:1]


def load_core() -> list[int]:
    """The second core, where there is one: the load generator's."""
    return all_cores()[1:2] or all_cores()


def pinned(cores: Iterable[int]) -> Callable[[], None]:
    """For subprocess's `preexec_fn`: the process and all it starts run on these cores."""
    return partial(os.sched_setaffinity, 0, list(cores))
