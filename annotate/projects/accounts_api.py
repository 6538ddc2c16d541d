"""All accounts of the installation and their rights, for administrators.

Here and not in accounts, because deactivating somebody gives back what they hold in projects.
"""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries as account_queries
from accounts.api import person
from accounts.authentication import BrowserSession
from accounts.rights_services import Rights
from annotate.projects import documents, services
from core.api.pagination import page_limit
from core.api.permissions import ADMIN

FILTERS = [
    OpenApiParameter("search", OpenApiTypes.STR, description="Part of a name or an address."),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before."),
    OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 200."),
]


class AccountsView(APIView):
    access: ClassVar = {"GET": ADMIN}
    authentication_classes = (BrowserSession,)

    @extend_schema(parameters=FILTERS, responses=documents.AccountsPage)
    def get(self, request: Request) -> Response:
        """Accounts by address. Only for a browser session, as all that changes rights."""
        page = account_queries.accounts_page(
            search=request.query_params.get("search", ""),
            cursor=request.query_params.get("cursor", ""),
            limit=page_limit(request.query_params.get("limit")),
        )
        return Response(documents.AccountsPage({"rows": page.rows, "next": page.next}).data)


class AccountView(APIView):
    access: ClassVar = {"PATCH": ADMIN}
    authentication_classes = (BrowserSession,)

    @extend_schema(request=documents.AccountChange, responses=documents.AccountChanged)
    def patch(self, request: Request, user: UUID) -> Response:
        """Grant or take rights. Deactivating ends all access; reserved Items go back. 409 `last-administrator`."""
        body = documents.AccountChange(data=request.data)
        body.is_valid(raise_exception=True)
        account, released = services.change_account(person(request), user, Rights(**body.validated_data))
        return Response(documents.AccountChanged({"account": account, "leases_released": released}).data)
