"""How often one person may start what keeps workers busy."""

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView


class JobStarts(UserRateThrottle):
    """For views that start jobs: 429 `too-many-requests` above the rate `jobs` of the settings, over all processes.

    Reading is never counted.
    """

    scope = "jobs"

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)
