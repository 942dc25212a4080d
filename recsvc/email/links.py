"""Links of a mail: absolute, https, and marked with where they were clicked."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from recsvc.email.brand import Utm

# Every mail client shows these; Outlook for Windows knows no WebP, AVIF or SVG.
SHOWN_EVERYWHERE = (".jpg", ".jpeg", ".png", ".gif")
_AS_IT_IS = "/%:@!$&'()*+,;=~-._?"


def https(address: str | None) -> str | None:
    """An absolute address over https: mail clients show no mixed content."""
    return address and re.sub(r"^http:", "https:", address)


def absolute(address: object) -> str | None:
    """The address, ready for an attribute, if it is an absolute one of the web."""
    if not isinstance(address, str):
        return None
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    path, query, fragment = (quote(part, safe=_AS_IT_IS) for part in parts[2:])
    return urlunsplit((parts.scheme, _ascii_host(parts.netloc), path, query, fragment))


def marked(link: str, utm: Utm, campaign: str, recommendation_id: str) -> str:
    """The link with UTM parameters, unless it has some of its own, and the recommendation it came from."""
    parts = urlsplit(link)
    added = {"utm_source": utm.source, "utm_medium": utm.medium, "utm_campaign": utm.campaign or campaign}
    wanted = [(name, value) for name, value in added.items() if value and f"{name}=" not in parts.query]
    wanted.append(("recommendation_id", recommendation_id))
    query = "&".join(filter(None, (parts.query, urlencode(wanted))))
    return urlunsplit(parts._replace(query=query))


def shows_everywhere(image: str | None) -> bool:
    """Whether mail clients can be sent to the image itself, judged by its name."""
    return image is not None and urlsplit(image).path.lower().endswith(SHOWN_EVERYWHERE)


def host_of(address: str) -> str | None:
    return urlsplit(address).hostname


def _ascii_host(netloc: str) -> str:
    """Sign-in data is dropped, and a name of other letters written as every client resolves it."""
    host = netloc.rpartition("@")[2]
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return quote(host, safe=":")
