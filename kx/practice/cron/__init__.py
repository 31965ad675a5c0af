"""Cron schedules as Kubernetes reads them: the grammar, and the times a schedule comes to."""
