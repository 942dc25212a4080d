"""Environments: one virtual environment a peer, from requirement files with hashes."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements"
# The build of torch that fits depends on the machine, so it is pinned by version alone.
UNHASHED = {"lenskit": "lenskit-torch.txt"}
PEERS = ("implicit", "rectools", "lenskit")
# Those that can be asked with a cart; the others know their own customers alone.
KNOW_CARTS = ("implicit",)


class PeerError(Exception):
    """A peer could not be installed or did not answer."""


def environment(peer: str, cache: Path) -> Path:
    """The Python of the peer's environment, made and filled at first. Raises PeerError."""
    folder = cache / "peers" / peer
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return python
    venv.create(folder, with_pip=True, clear=True)
    _install(python, REQUIREMENTS / f"{peer}.txt", "--require-hashes")
    if peer in UNHASHED:
        _install(python, REQUIREMENTS / UNHASHED[peer])
    (folder / "complete").touch()
    return python


def _install(python: Path, requirements: Path, *options: str) -> None:
    """Everything is listed, so nothing else is resolved."""
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        *options,
        "--requirement",
        str(requirements),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerError(f"pip could not install {requirements.name}: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    """What pip, or a peer, says went wrong."""
    lines = [line for line in text.splitlines() if line.startswith("ERROR")] or text.splitlines()
    return lines[-1] if lines else "no message"
