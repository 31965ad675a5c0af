"""What a line will do to the objects that exist now."""
