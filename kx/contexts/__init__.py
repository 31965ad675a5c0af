"""Contexts and namespaces: what ``kx ctx`` and ``kx ns`` do. Compatible with kubectx and kubens, and more."""
