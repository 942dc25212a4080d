"""What input tables must be: parsers of columns, and one check a table."""
