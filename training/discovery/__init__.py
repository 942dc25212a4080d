"""Discovery: what each customer has never bought and would, from several methods blended as suits the shop."""

from __future__ import annotations

from training.discovery.learn import learn_discovery
from training.discovery.search import choose_discovery
from training.discovery.settings import Discovery, answering, scoring

__all__ = ["Discovery", "answering", "choose_discovery", "learn_discovery", "scoring"]
