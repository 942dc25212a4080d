"""ALS, answering: lists ranked in training from factors of customers and items (Hu, Koren, Volinsky 2008)."""

from __future__ import annotations

from typing import ClassVar

from models.methods.taste import FromTaste


class ALS(FromTaste):
    name: ClassVar[str] = "als"
