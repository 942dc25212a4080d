"""Brand: how a shop's mails look and speak, read from TOML with every fault named at once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from babel import Locale
from msgspec import Meta

from models.closest import did_you_mean
from models.reasons import Code
from recsvc.errors import SettingsError
from recsvc.faults import schema_faults
from recsvc.fragment.words import words_of

Direction = Literal["ltr", "rtl"]

# Six digits: Outlook for Windows reads no shorter form in its attributes, and no name is worth a surprise.
Colour = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", examples=["#1a2b3c"])]
# What stands in style attributes and in URLs as it is.
FontStack = Annotated[str, Meta(pattern=r"^[A-Za-z0-9 ,'-]{1,200}$", examples=["Arial, Helvetica, sans-serif"])]
Word = Annotated[str, Meta(max_length=60)]
Sentence = Annotated[str, Meta(max_length=200)]
CurrencyCode = Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["EUR"])]
UtmValue = Annotated[str, Meta(max_length=100)]


class Colours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The colours of one mode."""

    background: Colour
    text: Colour
    muted: Colour
    sale: Colour
    border: Colour
    button: Colour
    button_text: Colour


LIGHT = Colours(
    background="#ffffff",
    text="#1f2328",
    muted="#5f6b76",
    sale="#b3261e",
    border="#e3e6ea",
    button="#1f2328",
    button_text="#ffffff",
)
DARK = Colours(
    background="#16181c",
    text="#f1f3f5",
    muted="#a9b2bc",
    sale="#ff8a80",
    border="#33383f",
    button="#f1f3f5",
    button_text="#16181c",
)


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the block says beside the catalogue. `reasons`: by code; `{title}` is the item that the reason names."""

    button: Word = ""
    reasons: dict[str, Sentence] = {}
    heading: Sentence = ""


class Utm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Parameters of every link; an empty one is left out, and an empty campaign is the send, else the placement."""

    source: UtmValue = "recsvc"
    medium: UtmValue = "email"
    campaign: UtmValue = ""


class Brand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table `[email]`."""

    locale: str = "en-GB"
    direction: Direction | None = None  # else that of the locale
    currency: CurrencyCode | None = None  # where the catalogue names none
    width: Annotated[int, Meta(ge=320, le=700)] = 600
    radius: Annotated[int, Meta(ge=0, le=30)] = 4
    font: FontStack = "Arial, Helvetica, sans-serif"
    show_reason: bool = True
    show_brand: bool = True
    max_title_chars: Annotated[int, Meta(ge=20, le=200)] = 70
    colours: Colours = LIGHT
    dark: Colours = DARK
    texts: Texts = Texts()
    utm: Utm = Utm()

    @property
    def _locale(self) -> Locale:
        return Locale.parse(words_of(self.locale).locale)

    @property
    def language(self) -> str:
        return self._locale.language

    @property
    def reads(self) -> Direction:
        """The direction of the text."""
        return self.direction or ("rtl" if self._locale.text_direction == "rtl" else "ltr")

    @property
    def says(self) -> Texts:
        """The shop's own texts; what it leaves out is said as shipped in its language, else in English."""
        shipped = shipped_texts().get(self.language) or shipped_texts()["en"]
        own = self.texts
        return Texts(button=own.button or shipped.button, reasons=shipped.reasons | own.reasons, heading=own.heading)


class BrandFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A brand file."""

    email: Brand


_faults = schema_faults(BrandFile)


def load_brand(path: Path | None, locale: str) -> Brand:
    """The brand of a file, or the one shipped; in `locale` where the file says nothing else.

    Raises SettingsError with every fault, each naming the file.
    """
    if path is None:
        return Brand(locale=locale)
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: the file is no valid TOML: {error}") from error
    document = _with_defaults(document, locale)
    faults = [f"{path}: {'.'.join(map(str, place)) or 'the file'} {detail}" for place, detail in _faults(document)]
    faults = faults or [f"{path}: {fault}" for fault in _beyond_the_schema(document["email"])]
    if faults:
        raise SettingsError(*faults)
    return msgspec.convert(document, BrandFile).email


def _with_defaults(document: dict[str, Any], locale: str) -> dict[str, Any]:
    """The document with the locale and the colours that it leaves out: a shop names the ones it changes."""
    email = document.get("email")
    if not isinstance(email, dict):
        return document
    filled = {"locale": locale, **email}
    for name, shipped in (("colours", LIGHT), ("dark", DARK)):
        if isinstance(filled.get(name), dict):
            filled[name] = msgspec.to_builtins(shipped) | filled[name]
    return {**document, "email": filled}


def _beyond_the_schema(email: dict[str, Any]) -> list[str]:
    faults = []
    try:
        words_of(email["locale"])
    except ValueError as error:
        faults.append(f"email.locale {error}")
    known = [code.key for code in Code]
    for code, text in email.get("texts", {}).get("reasons", {}).items():
        if code not in known:
            faults.append(f"email.texts.reasons.{code} is no code of a reason{did_you_mean(code, known)}")
        if set(re.findall(r"{([^}]*)}?", text)) - {"title"}:
            faults.append(f"email.texts.reasons.{code} may hold {{title}} and no other brace")
    return faults


@cache
def shipped_texts() -> dict[str, Texts]:
    """Texts by language."""
    document = tomllib.loads(files("recsvc.email").joinpath("texts.toml").read_text("utf-8"))
    return msgspec.convert(document, dict[str, Texts])
