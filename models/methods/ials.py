"""iALS, answering: as ALS, from factors regularised by frequency (Rendle, Krichene, Zhang, Koren 2022)."""

from __future__ import annotations

from typing import ClassVar

from models.methods.taste import FromTaste


class IALS(FromTaste):
    name: ClassVar[str] = "ials"
