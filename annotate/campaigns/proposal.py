"""What a lead decides before a campaign is opened."""

from dataclasses import dataclass, field
from uuid import UUID

from annotate.corpus.image_filter import ImageFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPlan:
    """Everything a lead decides before opening. `sample` None takes every Image of the filter."""

    name: str
    kind: str
    version: UUID
    defects: tuple[str, ...]
    images: ImageFilter = field(default_factory=ImageFilter)
    sample: int | None = None
    seed: int = 0
    annotations_per_item: int = 2
    audit_share: float = 0.0
    region_policy: str = "taxonomy"
    asks_verdict: bool = False
    one_stroke_keys: bool = False
    lease_seconds: int = 900
    consensus_rule: str = "agreement_of_2"
    instructions: str = ""
    context: dict[str, str] = field(default_factory=dict)
