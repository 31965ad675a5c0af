"""Settings every test shares: no test measures time, and Ctrl-C means what it means to a person."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

settings.register_profile("kx", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("kx")

# A test run that a script started in the background inherits an ignored Ctrl-C, and so would every program it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
