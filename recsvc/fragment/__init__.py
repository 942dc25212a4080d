"""A slate as a fragment of HTML, which the shop's server includes in a page as it is."""
