"""The quality of recommendations in many unlike shops, cut from public histories, beside what else a shop could use."""
