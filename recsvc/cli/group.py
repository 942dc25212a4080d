"""The group of commands: faults that the user can mend are told in one clear line, not as a traceback."""

from __future__ import annotations

from typing import Any

import click

from models.errors import ModelsError
from recsvc.errors import ServiceError


class Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ModelsError, ServiceError) as error:
            raise click.ClickException("\n       ".join(getattr(error, "faults", [str(error)]))) from error
        except OSError as error:
            raise click.ClickException(
                f"{error.filename}: {error.strerror}" if error.filename else str(error)
            ) from error
