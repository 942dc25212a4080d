"""Evaluation: what customers would have been shown, against what they then bought."""
