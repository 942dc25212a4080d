"""Faces: a block as HTML, as plain text and as MJML, by templates of which a designer may replace each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
)

from models.placements import Layout
from recsvc.email.block import Place
from recsvc.email.brand import Brand
from recsvc.errors import SettingsError

log = logging.getLogger(__name__)

SHIPPED = PackageLoader("recsvc", "email/templates")
STYLE, TEXT, MJML = "block.css", "block.txt", "block.mjml"
ESCAPED = (".html", ".mjml")


class _Flush(BaseLoader):
    """Templates without the indentation and blank lines of their markup, which every mail would pay for."""

    def __init__(self, loader: BaseLoader) -> None:
        self._loader = loader

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, path, is_current = self._loader.get_source(environment, template)
        if template.endswith(ESCAPED):
            source = "".join(f"{line.strip()}\n" for line in source.splitlines() if line.strip())
        return source, path, is_current

    def list_templates(self) -> list[str]:
        return self._loader.list_templates()


class Faces:
    """Renders with the templates of a folder, where it has them, and with those shipped."""

    def __init__(self, brand: Brand, folder: Path | None = None) -> None:
        """Raises SettingsError with every template of the folder that cannot be read."""
        self.brand = brand
        self._shipped = _environment(SHIPPED)
        self._own = self._shipped
        if folder is not None:
            if not folder.is_dir():
                raise SettingsError(f"{folder}: is no folder of templates")
            self._own = _environment(ChoiceLoader([FileSystemLoader(folder), SHIPPED]))
            faults = [fault for name in self._own.list_templates() if (fault := self._fault(folder, name))]
            if faults:
                raise SettingsError(*faults)
        self._context = {
            "brand": brand,
            "colours": brand.colours,
            "dark": brand.dark,
            "texts": brand.says,
            "direction": brand.reads,
            "start": "right" if brand.reads == "rtl" else "left",
            "language": brand.language,
        }
        self.css = self._rendered(STYLE, {}).strip()

    def html(self, places: tuple[Place, ...], layout: Layout) -> str:
        """A fragment; the empty text where there is nothing to show."""
        return self._rendered(f"{layout}.html", {"places": places, "layout": layout, "css": self.css}) if places else ""

    def text(self, places: tuple[Place, ...], layout: Layout) -> str:
        return self._rendered(TEXT, {"places": places, "layout": layout}) if places else ""

    def mjml(self, places: tuple[Place, ...], layout: Layout) -> str:
        """A whole MJML document, which others may include too; without products it has an empty body."""
        return self._rendered(MJML, {"places": places, "layout": layout})

    def _rendered(self, name: str, more: dict[str, Any]) -> str:
        """By the shop's template; a fault in it must not cost the mail, so then by the one shipped."""
        context = self._context | more
        try:
            return self._own.get_template(name).render(context)
        except Exception as error:
            if self._own is self._shipped:
                raise
            log.error(
                "a template fails; the shipped one stands in",
                extra={"fields": {"template": name, "reason": repr(error)}},
            )
            return self._shipped.get_template(name).render(context)

    def _fault(self, folder: Path, name: str) -> str | None:
        try:
            self._own.get_template(name)
        except TemplateError as error:
            return f"{folder / name}: line {getattr(error, 'lineno', None) or 1}: {error.message}"
        except UnicodeDecodeError:
            return f"{folder / name}: is not UTF-8"
        return None


def _environment(loader: BaseLoader) -> Environment:
    return Environment(
        loader=_Flush(loader),
        autoescape=lambda name: name is not None and name.endswith(ESCAPED),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
