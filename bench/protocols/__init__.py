"""Protocols: public questions with published answers, one file each; `every` has them by name."""
