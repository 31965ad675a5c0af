"""What a namespace may hold: limit ranges for each object, quotas for all of them together."""
