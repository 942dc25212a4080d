"""gunicorn's own log: JSON like everything else, and no access log, which would hold query strings."""

from __future__ import annotations

from logging.config import dictConfig
from typing import Any

from gunicorn.glogging import Logger

from recsvc.logs import configuration


class JsonLog(Logger):  # type: ignore[misc]
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        dictConfig(configuration(cfg.loglevel))

    def access(self, *_: Any) -> None:
        """The application writes a line a request itself."""
