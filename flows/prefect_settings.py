"""Settings of Prefect that suit a run on one machine; what the user has set stays."""

from __future__ import annotations

import os

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    # The ephemeral server needs 6 to 17 s on two cores; Prefect's own limit of 20 s is close to that.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # The ephemeral server is stopped with the run, and complains about events that it can no longer keep.
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
}


def quiet_prefect() -> None:
    """Set the defaults. To be called before Prefect is imported, which reads them once."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
