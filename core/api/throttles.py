"""How often one person may start what keeps workers busy."""

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle, UserRateThrottle
from rest_framework.views import APIView


class JobStarts(UserRateThrottle):
    """For views that start jobs: 429 `too-many-requests` above the rate `jobs` of the settings, over all processes.

    Reading is never counted.
    """

    scope = "jobs"

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)


class LinkOpenings(SimpleRateThrottle):
    """For routes that a link opens to anybody: 429 above the rate `links` of the settings for each address."""

    scope = "links"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class LinkPictures(LinkOpenings):
    """The same for the many pictures of one page."""

    scope = "link-pictures"
