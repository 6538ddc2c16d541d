"""Neutral names for Reviewers, so that reports speak of a rater without saying who it is."""

from uuid import UUID

BIRDS = (
    "Avocet", "Bittern", "Bunting", "Crane", "Curlew", "Dipper", "Dunlin", "Eider", "Falcon", "Fieldfare", "Finch",
    "Fulmar", "Gannet", "Goldcrest", "Grebe", "Harrier", "Heron", "Hobby", "Ibis", "Jackdaw", "Kestrel", "Kingfisher",
    "Kite", "Knot", "Lapwing", "Lark", "Linnet", "Martin", "Merlin", "Nightjar", "Nuthatch", "Oriole", "Osprey",
    "Ouzel", "Owl", "Petrel", "Pipit", "Plover", "Puffin", "Quail", "Raven", "Redstart", "Robin", "Rook", "Ruff",
    "Sanderling", "Shrike", "Siskin", "Skua", "Snipe", "Sparrow", "Starling", "Stilt", "Stork", "Swallow", "Swan",
    "Swift", "Teal", "Tern", "Thrush", "Turnstone", "Wagtail", "Warbler", "Waxwing", "Whimbrel", "Wren",
)  # fmt: skip
STRIDE = 29  # coprime to the number of birds: neighbours in number are no neighbours in the alphabet


def pseudonym(project: UUID, number: int) -> str:
    """The name of the project's Reviewer `number` (from 1), such as "R-07 Heron".

    The number alone makes it unique.
    """
    return f"R-{number:02d} {BIRDS[(project.int + number * STRIDE) % len(BIRDS)]}"
