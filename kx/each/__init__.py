"""One kubectl command in many contexts at once: ``kx each``."""
