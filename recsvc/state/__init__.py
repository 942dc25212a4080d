"""Live state: what changes between two bundles, in SQLite or PostgreSQL by one schema."""
