"""gunicorn's configuration: workers forked from one warm, frozen parent, everything else from Settings."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from typing import Any

from recsvc.errors import SettingsError
from recsvc.runtime import make_counters, pin_threads
from recsvc.settings import Settings, unknown_variables

pin_threads()
try:
    settings = Settings.from_env(os.environ)
except SettingsError as error:
    sys.exit("\n".join(error.faults))
counters = make_counters(settings.runtime_dir)

wsgi_app = "recsvc.wsgi:app"
bind = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
worker_class = "recsvc.worker.Worker"
workers = settings.workers
threads = settings.threads
# Longer than proxies keep a connection, so that it is never we who close it under a request.
keepalive = 75
graceful_timeout = settings.graceful_timeout_s
timeout = 60
limit_request_line = 8_190
preload_app = True
control_socket_disable = True
logger_class = "recsvc.gunicorn_log.JsonLog"
loglevel = settings.log_level


def on_starting(server: Any) -> None:
    for line in unknown_variables(os.environ):
        server.log.warning(line)


def when_ready(_server: Any) -> None:
    """What is loaded by now is never collected, so that collecting does not copy pages which workers share."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    for watcher in worker.wsgi.service.watchers():
        watcher.start()


def child_exit(_server: Any, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    shutil.rmtree(counters, ignore_errors=True)
