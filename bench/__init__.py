"""Speed and memory of the service, in ratios measured in one run: `make bench`."""
