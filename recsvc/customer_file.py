"""Customer file: which customers an export is for."""

from __future__ import annotations

import csv
from pathlib import Path

from recsvc.errors import ExportError

COLUMN = "customer_id"


def read_customer_ids(path: Path) -> list[str]:
    """The ids of a CSV with a column `customer_id`, or of a file with one id a line. Raises ExportError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except UnicodeDecodeError as error:
        raise ExportError(f"{path}: is not UTF-8") from error
    except csv.Error as error:
        raise ExportError(f"{path}: {error}") from error
    if rows and COLUMN in rows[0]:
        place = rows[0].index(COLUMN)
        return [row[place] for row in rows[1:] if len(row) > place and row[place]]
    if any(len(row) > 1 for row in rows):
        raise ExportError(f"{path}: has several columns, none of them called {COLUMN}")
    return [row[0] for row in rows if row[0]]
