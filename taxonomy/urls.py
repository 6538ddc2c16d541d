"""Routes of taxonomy."""

from django.urls import URLPattern, URLResolver, path, re_path

from taxonomy import api, draft_api, link_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("taxonomies", api.TaxonomiesView.as_view()),
    path("taxonomy-template", api.TaxonomyTemplateView.as_view()),
    path("taxonomies/import", api.TaxonomyImportView.as_view()),
    path("taxonomies/<slug:slug>", api.TaxonomyView.as_view()),
    path("taxonomies/<slug:slug>/diff", api.TaxonomyDiffView.as_view()),
    path("taxonomies/<slug:slug>/draft", draft_api.DraftView.as_view()),
    path("taxonomies/<slug:slug>/draft/operations", draft_api.DraftOperationsView.as_view()),
    path("taxonomies/<slug:slug>/guideline-links", link_api.GuidelineLinksView.as_view()),
    path("taxonomies/<slug:slug>/guideline-links/<uuid:link>", link_api.GuidelineLinkView.as_view()),
    path("guidelines/<str:token>", link_api.GuidelineView.as_view()),
    re_path(
        r"^guidelines/(?P<token>[\w-]{1,100})/pictures/(?P<sha256>[0-9a-f]{64})$",
        link_api.GuidelinePictureView.as_view(),
    ),
    path("taxonomies/<slug:slug>/versions/<str:number>", api.VersionView.as_view()),
    path("taxonomies/<slug:slug>/versions/<str:number>/export", api.VersionExportView.as_view()),
    path("taxonomies/<slug:slug>/versions/<str:number>/defects/<str:concept>", api.VersionDefectView.as_view()),
    re_path(r"^taxonomy-pictures/(?P<sha256>[0-9a-f]{64})$", api.TaxonomyPictureView.as_view()),
]
