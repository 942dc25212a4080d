"""Features of candidates, one group a file: pure functions from what is known to named columns."""
