"""Peers: other libraries on the same files, each in a virtual environment of its own; see docs/quality.md."""
