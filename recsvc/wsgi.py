"""The application for a WSGI server: `gunicorn -c python:recsvc.gunicorn_conf recsvc.wsgi:app`."""

from __future__ import annotations

import os

from recsvc.app import create_app
from recsvc.settings import Settings

app = create_app(Settings.from_env(os.environ))
