"""Where input tables come from: Parquet, CSV, JSON Lines and SQL, all read into one shape."""
