"""What the drill-down says above its pictures. Pure."""

from collections.abc import Mapping

from annotate.agreement.marks import Choice

WORDS = {
    "rated": "were assessed for {name}",
    "pairable": "were assessed for {name} by two or more reviewers",
    "marked": "were assessed for {name} by two or more and marked by at least one",
    "disagreement": "got different answers on {name}",
    "all_present": "were marked {name} by everybody who assessed them (two or more)",
    "all_absent": "were not marked {name} by anybody who assessed them (two or more)",
}


def choice_sentence(total: int, choice: Choice, names: Mapping[str, str], level_names: Mapping[int, str]) -> str:
    """One sentence with the number of images: what they have in common. `names` of concepts and raters by id."""
    name = f"“{names[choice.concept]}”"
    verb = WORDS[choice.pattern].format(name=name)
    images = "1 image" if total == 1 else f"{total:,} images"
    if total == 1:
        verb = verb.replace("were", "was", 1)
    text = f"{images} {verb}"
    people = [names[str(one)] for one in (choice.rater_a, choice.rater_b) if one is not None]
    if len(people) == 2:
        text += f", by {people[0]} and {people[1]} both"
    elif people:
        text += f", by {people[0]}"
    if choice.level is not None:
        text += f"; one gave the level “{level_names[choice.level]}”"
        if choice.level_b is not None:
            text += f" and another “{level_names[choice.level_b]}”"
    if choice.instead is not None:
        text += f"; one chose it, another “{names[choice.instead]}” instead"
    if choice.together is not None:
        text += f"; one answer has “{names[choice.together]}” too"
    if choice.production:
        text += " (only images that stand for production)"
    return text + "."
