"""How often one person may start what keeps workers busy."""

from rest_framework.throttling import UserRateThrottle


class JobStarts(UserRateThrottle):
    """For views that start jobs: 429 `too-many-requests` above the rate `jobs` of the settings, over all processes."""

    scope = "jobs"
