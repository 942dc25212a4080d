"""The command `recsvc`: slates, placements files, keys, tokens, events, customers and live state."""

from __future__ import annotations

from recsvc.cli.associations import associations
from recsvc.cli.customers import customers
from recsvc.cli.events import events
from recsvc.cli.export import export
from recsvc.cli.group import Commands
from recsvc.cli.keys import keys
from recsvc.cli.placements import placements
from recsvc.cli.recommend import recommend
from recsvc.cli.serve import serve
from recsvc.cli.state import state
from recsvc.cli.tokens import tokens

main = Commands(
    "recsvc",
    help="Serves recommendations from a registry that recsvc-train fills.",
    commands=[serve, recommend, export, associations, placements, keys, tokens, events, customers, state],
    context_settings={"help_option_names": ["-h", "--help"]},
)
