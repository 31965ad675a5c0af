"""Settings every test shares: no test measures time, so none may fail for it."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("kx", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("kx")
