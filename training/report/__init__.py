"""The report of a training run: as JSON, as a page, and as a table on the terminal."""
