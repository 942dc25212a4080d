"""Rules: what a shop says about its slates beside what was learned; nothing here runs where a placement has none."""
