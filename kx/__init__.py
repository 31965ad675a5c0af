"""kx: the kubectl shell that explains itself."""

__version__ = "0.1.0"
