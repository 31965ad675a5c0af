"""Where one is, in the prompt of one's own shell: ``kx prompt``."""
