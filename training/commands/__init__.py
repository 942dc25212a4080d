"""One file a command of `recsvc-train`."""
