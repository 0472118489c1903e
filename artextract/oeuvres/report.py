"""What an exploration found, in sentences for a terminal."""

from __future__ import annotations

from typing import Any


def render_part(part: str, result: dict[str, Any]) -> str:
    """What a part of an exploration found, in a sentence without capital and full stop."""
    return _SENTENCES[part](result)


def _about_neighbours(result: dict[str, Any]) -> str:
    pairs = result["pairs"]
    return f"{pairs:,} pairs of works show one picture" if pairs else "no picture was found twice"


def _about_outliers(result: dict[str, Any]) -> str:
    text = f"{result.get('works', 0):,} works by {result.get('scored', 0):,} painters are scored"
    if few := result.get("too_few_works"):
        text += f"; {few:,} painters have fewer than {result['min_works']} works and are not"
    if unattributed := result.get("unattributed"):
        text += f"; {unattributed:,} works name no painter"
    if result.get("creators", 2) < 2:
        text += "; there is one painter only, so nothing is said of similarity to others"
    return text


def _about_map(result: dict[str, Any]) -> str:
    quality = result["quality"]
    recall = quality["neighbour_recall"]
    kept = "" if recall is None else f", which keeps {100 * recall:.0f} % of 15 nearest works"
    return (
        f"a map of {quality['n']:,} works by {quality['method']}{kept}; "
        f"{len(result['oeuvres'])} oeuvres"
    )


def _about_timeline(result: dict[str, Any]) -> str:
    drifts = result["drifts"].values()
    dated = sum(drift["r2"] is not None for drift in drifts)
    if not dated:
        return "no oeuvre has enough dated works for a timeline"
    visible = sum(drift["visible"] for drift in drifts)
    turned = sum(drift["change"] is not None for drift in drifts)
    return (
        f"a drift over the years is visible in {visible} of {dated} dated oeuvres, a turn in "
        f"{turned}"
    )


def _about_open_set(result: dict[str, Any]) -> str:
    if not result["fitted"]:
        return (
            f"{result['held_out']:,} works that no network was trained on are too few to tell what "
            "is outside the collection"
        )
    return (
        f"what is outside the collection is told by {result['held_out']:,} works that no network "
        "was trained on"
    )


def _about_label_issues(result: dict[str, Any]) -> str:
    told = [
        f"{task}: another label is more probable for {found['listed']:,} of {found['judged']:,}"
        for task, found in result["tasks"].items()
        if found["judged"]
    ]
    if not told:
        return "no task has labelled works enough to tell doubtful labels by"
    text = "works judged by their labels; " + ", ".join(told)
    if result["unseen_only"]:
        text += "; the works that a network was trained on are not judged by it"
    return text


_SENTENCES = {
    "neighbours": _about_neighbours,
    "outliers": _about_outliers,
    "map": _about_map,
    "timeline": _about_timeline,
    "open_set": _about_open_set,
    "label_issues": _about_label_issues,
}
