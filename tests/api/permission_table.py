"""Who may call what. One line a route, sorted by path; a route without a line fails the test.

The key is "METHOD /path" as the OpenAPI document writes it. Principals:

- anyone: nobody signed in        - outsider: signed in, member of nothing (dan)
- reviewer (ada), adjudicator (cleo), lead (lee): members of the project with just that role
- owner: taxonomy owner, member of no project (omar)      - admin: administrator, member of no project (root)

Ids in a path come from tests/api/identifiers.py, by the part of the path before them. Everybody who is not listed
gets 401 (anyone), 403 (a member of the project) or 404 (not a member: the project's existence is no news to them).
"""

SIGNED_IN = frozenset({"outsider", "reviewer", "adjudicator", "lead", "owner", "admin"})
ANYONE = SIGNED_IN | {"anyone"}
MEMBER = frozenset({"reviewer", "adjudicator", "lead"})
REVIEWER = frozenset({"reviewer"})
DESK = frozenset({"adjudicator", "lead"})
LEAD = frozenset({"lead"})
OWNER = frozenset({"owner"})
ADMIN = frozenset({"admin"})

ROUTES: dict[str, frozenset[str]] = {
    "GET /api/v1/accounts": ADMIN,
    "PATCH /api/v1/accounts/{user}": ADMIN,
    "GET /api/v1/campaigns/{campaign}": DESK,
    "PATCH /api/v1/campaigns/{campaign}": LEAD,
    "GET /api/v1/campaigns/{campaign}/agreement": LEAD,
    "POST /api/v1/campaigns/{campaign}/agreement": LEAD,
    "GET /api/v1/campaigns/{campaign}/agreement/items": LEAD,
    "GET /api/v1/campaigns/{campaign}/changes": REVIEWER,
    "POST /api/v1/campaigns/{campaign}/close": LEAD,
    "GET /api/v1/campaigns/{campaign}/detectors": LEAD,
    "POST /api/v1/campaigns/{campaign}/detectors": LEAD,
    "GET /api/v1/campaigns/{campaign}/exports": LEAD,
    "POST /api/v1/campaigns/{campaign}/exports": LEAD,
    "POST /api/v1/campaigns/{campaign}/extend": LEAD,
    "GET /api/v1/campaigns/{campaign}/gold": DESK,
    "GET /api/v1/campaigns/{campaign}/items": LEAD,
    "POST /api/v1/campaigns/{campaign}/leases": REVIEWER,
    "POST /api/v1/campaigns/{campaign}/loop": LEAD,
    "GET /api/v1/campaigns/{campaign}/migrations": DESK,
    "POST /api/v1/campaigns/{campaign}/migrations": LEAD,
    "GET /api/v1/campaigns/{campaign}/mine": REVIEWER,
    "POST /api/v1/campaigns/{campaign}/pause": LEAD,
    "POST /api/v1/campaigns/{campaign}/predictions": LEAD,
    "GET /api/v1/campaigns/{campaign}/progress": DESK,
    "GET /api/v1/campaigns/{campaign}/ranking": LEAD,
    "GET /api/v1/campaigns/{campaign}/rankings": LEAD,
    "POST /api/v1/campaigns/{campaign}/rankings": LEAD,
    "GET /api/v1/campaigns/{campaign}/results": LEAD,
    "GET /api/v1/campaigns/{campaign}/rereview": MEMBER,
    "POST /api/v1/campaigns/{campaign}/rereview/leases": REVIEWER,
    "POST /api/v1/campaigns/{campaign}/resume": LEAD,
    "GET /api/v1/campaigns/{campaign}/workspace": REVIEWER,
    "POST /api/v1/detectors/{detector}/promote": LEAD,
    "GET /api/v1/exports/{export}": LEAD,
    "GET /api/v1/exports/{export}/files/{name}": LEAD,
    "GET /api/v1/guidelines/{token}": ANYONE,
    "GET /api/v1/guidelines/{token}/pictures/{sha256}": ANYONE,
    "GET /api/v1/images/{image}": DESK,
    "POST /api/v1/images/{image}/example": DESK,  # and an owner: tests/annotate/evidence/test_example_pictures.py
    "GET /api/v1/images/{image}/original": DESK,
    "GET /api/v1/images/{image}/scores": LEAD,
    "GET /api/v1/images/{image}/thumbnail": DESK,
    "GET /api/v1/imports/{run}": LEAD,
    "POST /api/v1/imports/{run}/cancel": LEAD,
    "PUT /api/v1/imports/{run}/files/{number}": LEAD,
    "GET /api/v1/imports/{run}/rows": LEAD,
    "POST /api/v1/imports/{run}/start": LEAD,
    "GET /api/v1/items": SIGNED_IN,  # by campaign: tests/annotate/consensus/test_desk_routes.py
    "GET /api/v1/items/{item}": DESK,
    "PUT /api/v1/items/{item}/gold": frozenset({"adjudicator"}),
    "GET /api/v1/items/{item}/image": DESK,
    "GET /api/v1/items/{item}/reference": DESK,
    "GET /api/v1/items/{item}/thumbnail": DESK,
    "GET /api/v1/jobs/{job}": LEAD,  # and who asked for it: tests/annotate/projects/test_job_routes.py
    "POST /api/v1/jobs/{job}/cancel": LEAD,
    "PUT /api/v1/leases/{lease}/annotation": REVIEWER,
    "POST /api/v1/leases/{lease}/escalate": REVIEWER,
    "GET /api/v1/leases/{lease}/image": REVIEWER,
    "GET /api/v1/leases/{lease}/reference": REVIEWER,
    "POST /api/v1/leases/{lease}/release": REVIEWER,
    "POST /api/v1/leases/{lease}/skip": REVIEWER,
    "GET /api/v1/leases/{lease}/thumbnail": REVIEWER,
    "GET /api/v1/links/{token}": ANYONE,
    "POST /api/v1/links/{token}": ANYONE,
    "GET /api/v1/me/campaigns": SIGNED_IN,
    "GET /api/v1/migrations/{run}": DESK,
    "POST /api/v1/migrations/{run}/activate": LEAD,
    "GET /api/v1/migrations/{run}/findings": DESK,
    "POST /api/v1/migrations/{run}/rollback": LEAD,
    "POST /api/v1/password": SIGNED_IN,
    "GET /api/v1/projects": SIGNED_IN,
    "POST /api/v1/projects": SIGNED_IN,  # 403 by right of the person: tests/annotate/projects/test_projects.py
    "GET /api/v1/projects/{project}": MEMBER,
    "PATCH /api/v1/projects/{project}": LEAD,
    "GET /api/v1/projects/{project}/campaigns": DESK,
    "POST /api/v1/projects/{project}/campaigns": LEAD,
    "POST /api/v1/projects/{project}/campaigns/forecast": LEAD,
    "GET /api/v1/projects/{project}/images": DESK,
    "GET /api/v1/projects/{project}/images/facets": DESK,
    "POST /api/v1/projects/{project}/images/withdraw": LEAD,
    "GET /api/v1/projects/{project}/imports": LEAD,
    "POST /api/v1/projects/{project}/imports": LEAD,
    "POST /api/v1/projects/{project}/invitations": LEAD,
    "GET /api/v1/projects/{project}/jobs": MEMBER,
    "GET /api/v1/projects/{project}/journal": LEAD,
    "GET /api/v1/projects/{project}/people": LEAD,
    "POST /api/v1/projects/{project}/people/{user}/password-link": LEAD,
    "DELETE /api/v1/projects/{project}/people/{user}/roles/{role}": LEAD,
    "POST /api/v1/projects/{project}/scores": LEAD,
    "GET /api/v1/projects/{project}/scoring": LEAD,
    "PUT /api/v1/rereview-leases/{lease}/answer": REVIEWER,
    "GET /api/v1/rereview-leases/{lease}/image": REVIEWER,
    "POST /api/v1/rereview-leases/{lease}/release": REVIEWER,
    "POST /api/v1/rereview-leases/{lease}/skip": REVIEWER,
    "GET /api/v1/rereview-leases/{lease}/thumbnail": REVIEWER,
    "DELETE /api/v1/session": SIGNED_IN,
    "GET /api/v1/session": ANYONE,
    "POST /api/v1/session": ANYONE,
    "GET /api/v1/taxonomies": SIGNED_IN,
    "POST /api/v1/taxonomies/import": OWNER | ADMIN,
    "GET /api/v1/taxonomies/{slug}": SIGNED_IN,
    "PUT /api/v1/taxonomies/{slug}/approvals": OWNER | ADMIN,
    "GET /api/v1/taxonomies/{slug}/board": SIGNED_IN,
    "POST /api/v1/taxonomies/{slug}/change-requests": SIGNED_IN,
    "PATCH /api/v1/taxonomies/{slug}/change-requests/{change}": OWNER | ADMIN,
    "PUT /api/v1/taxonomies/{slug}/change-requests/{change}/vote": SIGNED_IN,
    "POST /api/v1/taxonomies/{slug}/comments": SIGNED_IN,
    "DELETE /api/v1/taxonomies/{slug}/comments/{comment}": SIGNED_IN,
    "GET /api/v1/taxonomies/{slug}/draft/review": OWNER | ADMIN,
    "POST /api/v1/taxonomies/{slug}/draft/review": OWNER | ADMIN,
    "POST /api/v1/taxonomies/{slug}/typo": OWNER | ADMIN,
    "POST /api/v1/taxonomies/{slug}/versions/{number}/retire": OWNER | ADMIN,
    "GET /api/v1/taxonomies/{slug}/diff": SIGNED_IN,
    "DELETE /api/v1/taxonomies/{slug}/draft": OWNER | ADMIN,
    "GET /api/v1/taxonomies/{slug}/draft": OWNER | ADMIN,
    "POST /api/v1/taxonomies/{slug}/draft": OWNER | ADMIN,
    "PUT /api/v1/taxonomies/{slug}/draft": OWNER | ADMIN,
    "GET /api/v1/taxonomies/{slug}/draft/changes": OWNER | ADMIN,
    "GET /api/v1/taxonomies/{slug}/draft/impact": OWNER | ADMIN,
    "PUT /api/v1/taxonomies/{slug}/draft/operations": OWNER | ADMIN,
    "POST /api/v1/taxonomies/{slug}/pictures": OWNER | ADMIN,
    "POST /api/v1/taxonomies/{slug}/versions": OWNER | ADMIN,
    "GET /api/v1/taxonomies/{slug}/guideline-links": OWNER | ADMIN,
    "POST /api/v1/taxonomies/{slug}/guideline-links": OWNER | ADMIN,
    "DELETE /api/v1/taxonomies/{slug}/guideline-links/{link}": OWNER | ADMIN,
    "GET /api/v1/taxonomies/{slug}/versions/{number}": SIGNED_IN,
    "GET /api/v1/taxonomies/{slug}/versions/{number}/defects/{concept}": SIGNED_IN,
    "GET /api/v1/taxonomies/{slug}/versions/{number}/export": SIGNED_IN,
    "GET /api/v1/taxonomy-pictures/{sha256}": SIGNED_IN,
    "GET /api/v1/taxonomy-template": SIGNED_IN,
    "GET /api/v1/tokens": SIGNED_IN,
    "POST /api/v1/tokens": SIGNED_IN,
    "DELETE /api/v1/tokens/{token}": SIGNED_IN,
}

# Addresses that lie in no project: who may not is told so (403), and there is no "foreign" one.
OUTSIDE_PROJECTS = (
    "/api/v1/accounts",
    "/api/v1/taxonomies",
    "/api/v1/guidelines",
    "/api/v1/taxonomy-pictures",
    "/api/v1/links",
)

# Rows of one person: to everybody else they do not exist.
OWN_ROWS = ("/api/v1/leases/", "/api/v1/rereview-leases/", "/api/v1/jobs/", "/api/v1/tokens/")

# May find nothing for whoever is allowed, because the world of the test has no such row or file.
MAY_BE_MISSING = frozenset(
    {
        "POST /api/v1/campaigns/{campaign}/detectors",  # names an export that is not there
        "GET /api/v1/exports/{export}/files/{name}",  # nothing is built in this world
        "GET /api/v1/items/{item}/image",  # no files behind the images of this world
        "GET /api/v1/items/{item}/reference",
        "GET /api/v1/items/{item}/thumbnail",
        "GET /api/v1/images/{image}/original",
        "GET /api/v1/images/{image}/thumbnail",
        "GET /api/v1/leases/{lease}/image",  # no files behind the images of this world
        "GET /api/v1/leases/{lease}/reference",
        "GET /api/v1/leases/{lease}/thumbnail",
        "GET /api/v1/rereview-leases/{lease}/image",
        "GET /api/v1/rereview-leases/{lease}/thumbnail",
        "GET /api/v1/guidelines/{token}/pictures/{sha256}",  # no example of this world's version has a picture
        "GET /api/v1/taxonomy-pictures/{sha256}",  # its row is there, its file is not
    }
)
