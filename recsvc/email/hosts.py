"""Hosts: where the links of a catalogue lead."""

from __future__ import annotations

from models.engine import Engine
from recsvc.email.links import host_of


class Hosts:
    """The hosts that the service redirects to: those of the shop's links, and the shop's own."""

    def __init__(self, public_url: str | None) -> None:
        self._own = host_of(public_url) if public_url else None
        self._listed: tuple[str, frozenset[str]] = ("", frozenset())

    def allow(self, link: str, engine: Engine) -> bool:
        host = host_of(link)
        return host is not None and (host == self._own or host in self._of(engine))

    def _of(self, engine: Engine) -> frozenset[str]:
        """Read from all links once for each bundle, when it is first asked."""
        version = engine.model.manifest.version
        if self._listed[0] != version:
            self._listed = version, hosts_of(engine)
        return self._listed[1]


def hosts_of(engine: Engine) -> frozenset[str]:
    """Every host that a link of the catalogue names."""
    import pyarrow.compute as pc  # it takes long to import, and few services redirect

    from recsvc.text_columns import vocabulary

    column = engine.model.shop.catalogue.columns.get("link")
    if column is None or column.kind != "text":
        return frozenset()
    found = pc.extract_regex(vocabulary(column.strings), r"^(?i:https?)://(?:[^/?#]*@)?(?P<host>\[[^\]]*\]|[^/?#:@]+)")
    hosts = pc.unique(pc.struct_field(found, "host")).to_pylist()
    return frozenset(name for host in hosts if host and (name := host_of(f"https://{_ascii(host)}")))


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii")
