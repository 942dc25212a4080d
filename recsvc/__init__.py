"""The service: HTTP in, slate out."""
