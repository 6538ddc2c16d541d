"""Only documented query parameters: what `@extend_schema(parameters=...)` of a method names. Anything else is 400.

An unknown filter that is silently ignored answers another question than was asked; one that reaches the ORM is worse.
"""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from core.api.refusals import ParameterInvalid


def refuse_undocumented(request: Request, view: Any) -> None:
    """Raises ParameterInvalid with the names that the address may hold."""
    given = set(request.query_params)
    if not given:
        return
    known = documented_parameters(view, request.method or "GET")
    unknown = sorted(given - known)
    if unknown:
        expected = f"it knows {', '.join(sorted(known))}" if known else "it takes none"
        raise ParameterInvalid(f"This address does not know the parameter {unknown[0][:80]!r}: {expected}.")
    twice = [name for name in given if "\x00" in "".join(request.query_params.getlist(name))]
    if twice:
        raise ParameterInvalid(f"The parameter {twice[0]!r} holds the character NUL.")


def documented_parameters(view: Any, method: str) -> frozenset[str]:
    """The query parameters that the OpenAPI document names for this view and method."""
    handler = getattr(view, method.lower() if method != "HEAD" else "get", None)
    schema_class = getattr(handler, "kwargs", {}).get("schema")
    if schema_class is None:
        return frozenset()
    schema = schema_class()
    schema.view, schema.method = view, method
    names: set[str] = set()
    for parameter in schema.get_override_parameters():
        if isinstance(parameter, OpenApiParameter):
            if parameter.location == OpenApiParameter.QUERY:
                names.add(parameter.name)
        else:
            fields = parameter() if isinstance(parameter, type) else parameter
            if isinstance(fields, Serializer):
                names.update(fields.fields)
    return frozenset(names)


def checked_query(given: Serializer[Any]) -> dict[str, Any]:
    """The validated values of an address. Raises ParameterInvalid (400) that names the first wrong one."""
    if not given.is_valid():
        name, problems = next(iter(given.errors.items()))
        message = problems[0] if isinstance(problems, list) else problems
        raise ParameterInvalid(f"`{name}`: {message}")
    values: dict[str, Any] = given.validated_data
    return values
