"""gunicorn's configuration for the hello-world: the service's own settings, but for the application."""

from __future__ import annotations

from gunicorn.config import make_settings

from recsvc import gunicorn_conf

# These start what only the service has.
_OWN = {"wsgi_app", "post_worker_init"}

globals().update({name: value for name, value in vars(gunicorn_conf).items() if name in make_settings().keys() - _OWN})
wsgi_app = "bench.hello:app"
