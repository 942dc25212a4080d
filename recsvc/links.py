"""Links of catalogue items, whole where the feed leaves the shop's address out."""

from __future__ import annotations

import re
from typing import Any

LINK_FIELDS = ("link", "image_link")


def with_links(fields: dict[str, Any], public_url: str) -> dict[str, Any]:
    """The fields with the shop's address before links that start with `/`."""
    links = {name: fields[name] for name in LINK_FIELDS if name in fields}
    whole = {name: public_url + link for name, link in links.items() if link and re.match(r"/(?!/)", link)}
    return {**fields, **whole}
