"""Routes of annotate, by slice."""

from django.urls import URLPattern, URLResolver, path

from annotate.agreement import api as agreement
from annotate.annotations import api as annotations
from annotate.campaigns import api as campaigns
from annotate.campaigns import withdrawal_api
from annotate.consensus import api as consensus
from annotate.corpus import api as corpus
from annotate.corpus import imports_api
from annotate.evidence import api as evidence
from annotate.evidence import picture_api, request_api
from annotate.export import api as export
from annotate.gold import api as gold
from annotate.insight import api as insight
from annotate.migration import api as migration
from annotate.projects import accounts_api, jobs_api, session_api
from annotate.projects import api as projects
from annotate.queue import api as queue
from annotate.rereview import api as rereview

CAMPAIGNS: list[URLPattern | URLResolver] = [
    path("projects/<str:project>/campaigns", campaigns.ProjectCampaigns.as_view()),
    path("projects/<str:project>/campaigns/forecast", campaigns.CampaignForecast.as_view()),
    path("campaigns/<uuid:campaign>", campaigns.CampaignDetail.as_view()),
    path("campaigns/<uuid:campaign>/pause", campaigns.CampaignPause.as_view()),
    path("campaigns/<uuid:campaign>/resume", campaigns.CampaignResume.as_view()),
    path("campaigns/<uuid:campaign>/close", campaigns.CampaignClose.as_view()),
    path("campaigns/<uuid:campaign>/extend", campaigns.CampaignExtend.as_view()),
    path("campaigns/<uuid:campaign>/progress", campaigns.CampaignProgress.as_view()),
    path("campaigns/<uuid:campaign>/workspace", campaigns.CampaignWorkspace.as_view()),
    path("me/campaigns", campaigns.MyCampaigns.as_view()),
]

EVIDENCE: list[URLPattern | URLResolver] = [
    path("taxonomies/<slug:slug>/versions", evidence.VersionsView.as_view()),
    path("taxonomies/<slug:slug>/change-requests", request_api.ChangeRequestsView.as_view()),
    path("taxonomies/<slug:slug>/typo", evidence.TypoView.as_view()),
    path("taxonomies/<slug:slug>/draft/changes", evidence.DraftChangesView.as_view()),
    path("taxonomies/<slug:slug>/draft/impact", evidence.DraftImpactView.as_view()),
    path("taxonomies/<slug:slug>/pictures", picture_api.TaxonomyPicturesView.as_view()),
    path("images/<uuid:image>/example", picture_api.ImageExampleView.as_view()),
]

CORPUS: list[URLPattern | URLResolver] = [
    path("projects/<str:project>/imports", imports_api.ProjectImports.as_view()),
    path("imports/<uuid:run>", imports_api.ImportView.as_view()),
    path("imports/<uuid:run>/rows", imports_api.ImportRows.as_view()),
    path("imports/<uuid:run>/files/<int:number>", imports_api.ImportFile.as_view()),
    path("imports/<uuid:run>/start", imports_api.ImportStart.as_view()),
    path("imports/<uuid:run>/cancel", imports_api.ImportCancel.as_view()),
    path("projects/<str:project>/images", corpus.ProjectImages.as_view()),
    path("projects/<str:project>/images/facets", corpus.ProjectImageFacets.as_view()),
    path("projects/<str:project>/images/withdraw", withdrawal_api.ProjectImagesWithdraw.as_view()),
    path("images/<uuid:image>", corpus.ImageView.as_view()),
    path("images/<uuid:image>/original", corpus.ImageOriginal.as_view()),
    path("images/<uuid:image>/thumbnail", corpus.ImageThumbnail.as_view()),
]

QUEUE: list[URLPattern | URLResolver] = [
    path("campaigns/<uuid:campaign>/leases", queue.CampaignLeases.as_view()),
    path("campaigns/<uuid:campaign>/mine", queue.MyRecentItems.as_view()),
    path("leases/<uuid:lease>/annotation", annotations.LeaseAnnotation.as_view()),
    path("leases/<uuid:lease>/skip", queue.LeaseSkip.as_view()),
    path("leases/<uuid:lease>/escalate", queue.LeaseEscalate.as_view()),
    path("leases/<uuid:lease>/release", queue.LeaseRelease.as_view()),
    path("leases/<uuid:lease>/image", queue.LeaseImage.as_view()),
    path("leases/<uuid:lease>/thumbnail", queue.LeaseThumbnail.as_view()),
    path("leases/<uuid:lease>/reference", queue.LeaseReference.as_view()),
]

REREVIEW: list[URLPattern | URLResolver] = [
    path("campaigns/<uuid:campaign>/rereview", rereview.CampaignRereview.as_view()),
    path("campaigns/<uuid:campaign>/rereview/leases", rereview.CampaignRereviewLeases.as_view()),
    path("rereview-leases/<uuid:lease>/answer", rereview.RereviewLeaseAnswer.as_view()),
    path("rereview-leases/<uuid:lease>/skip", rereview.RereviewLeaseSkip.as_view()),
    path("rereview-leases/<uuid:lease>/release", rereview.RereviewLeaseRelease.as_view()),
    path("rereview-leases/<uuid:lease>/image", rereview.RereviewLeaseImage.as_view()),
    path("rereview-leases/<uuid:lease>/thumbnail", rereview.RereviewLeaseThumbnail.as_view()),
]

GOLD: list[URLPattern | URLResolver] = [
    path("campaigns/<uuid:campaign>/gold", gold.CampaignGold.as_view()),
    path("campaigns/<uuid:campaign>/exports", export.CampaignExports.as_view()),
    path("exports/<uuid:export>", export.ExportDetail.as_view()),
    path("exports/<uuid:export>/files/<str:name>", export.ExportFile.as_view()),
    path("items", consensus.Desk.as_view()),
    path("items/<uuid:item>", consensus.ItemDetail.as_view()),
    path("items/<uuid:item>/gold", consensus.ItemGold.as_view()),
    path("items/<uuid:item>/image", consensus.ItemImage.as_view()),
    path("items/<uuid:item>/reference", consensus.ItemReference.as_view()),
    path("items/<uuid:item>/thumbnail", consensus.ItemThumbnail.as_view()),
]

MIGRATION: list[URLPattern | URLResolver] = [
    path("campaigns/<uuid:campaign>/migrations", migration.CampaignMigrations.as_view()),
    path("campaigns/<uuid:campaign>/changes", migration.CampaignChangesView.as_view()),
    path("migrations/<uuid:run>", migration.MigrationView.as_view()),
    path("migrations/<uuid:run>/findings", migration.MigrationFindings.as_view()),
    path("migrations/<uuid:run>/activate", migration.MigrationActivate.as_view()),
    path("migrations/<uuid:run>/rollback", migration.MigrationRollback.as_view()),
]

INSIGHT: list[URLPattern | URLResolver] = [
    path("campaigns/<uuid:campaign>/agreement", agreement.CampaignAgreement.as_view()),
    path("campaigns/<uuid:campaign>/agreement/items", agreement.CampaignAgreementItems.as_view()),
    path("campaigns/<uuid:campaign>/results", insight.CampaignResults.as_view()),
    path("campaigns/<uuid:campaign>/items", insight.CampaignItems.as_view()),
]

PROJECTS: list[URLPattern | URLResolver] = [
    path("accounts", accounts_api.AccountsView.as_view()),
    path("accounts/<uuid:user>", accounts_api.AccountView.as_view()),
    path("session", session_api.SessionView.as_view()),
    path("links/<str:token>", session_api.LinkView.as_view()),
    path("projects", projects.ProjectsView.as_view()),
    path("projects/<str:project>", projects.ProjectView.as_view()),
    path("projects/<str:project>/people", projects.PeopleView.as_view()),
    path("projects/<str:project>/people/<uuid:user>/password-link", projects.PasswordLinkView.as_view()),
    path("projects/<str:project>/people/<uuid:user>/roles/<str:role>", projects.PersonRoleView.as_view()),
    path("projects/<str:project>/invitations", projects.InvitationsView.as_view()),
    path("projects/<str:project>/journal", projects.JournalView.as_view()),
    path("projects/<str:project>/jobs", jobs_api.ProjectJobsView.as_view()),
    path("jobs/<uuid:job>", jobs_api.JobView.as_view()),
    path("jobs/<uuid:job>/cancel", jobs_api.JobCancelView.as_view()),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *PROJECTS,
    *CAMPAIGNS,
    *INSIGHT,
    *QUEUE,
    *CORPUS,
    *EVIDENCE,
    *GOLD,
    *MIGRATION,
    *REREVIEW,
]
