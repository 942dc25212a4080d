"""Bundles on disk: writing, opening, checking and publishing them. Nothing else in models/ opens files."""

from models.bundle.checksums import verify_bundle, verify_once
from models.bundle.manifest import BUNDLE_FORMAT, Manifest, Window, new_version
from models.bundle.reader import Bundle, open_bundle, warm
from models.bundle.registry import BundleInfo, Phase, Registry
from models.bundle.writer import write_bundle

__all__ = [
    "BUNDLE_FORMAT",
    "Bundle",
    "BundleInfo",
    "Manifest",
    "Phase",
    "Registry",
    "Window",
    "new_version",
    "open_bundle",
    "verify_bundle",
    "verify_once",
    "warm",
    "write_bundle",
]
