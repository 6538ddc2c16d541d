"""What the import of images refuses as a whole; single rows are refused in the report of the run."""

from core.errors import Conflict, Invalid


class ImportNotCollecting(Conflict):
    slug, title = "import-not-collecting", "This import takes no more files."


class ImportEnded(Conflict):
    slug, title = "import-ended", "This import has already ended."


class SourceRefused(Invalid):
    slug, title = "import-source-refused", "Images cannot be imported from there."


class UploadRefused(Invalid):
    slug, title = "upload-refused", "This file cannot be taken."


class WithdrawalChanged(Conflict):
    slug, title = "withdrawal-changed", "Another number of images would be withdrawn than was confirmed."
