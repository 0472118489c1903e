"""What decided how a task's members vote, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from artextract.inference.voting import Vote


def render_decision(
    fitted: Mapping[str, Any], *, name: Callable[[str], str] = lambda member: member
) -> str:
    """One sentence on how a task's members vote, and on how many works that was decided.

    Parameters
    ----------
    fitted
        A task's entry in ensemble.json.
    name
        What to call a member.

    Returns
    -------
    The sentence; where an older version fitted the vote, without what decided.
    """
    vote, decision = Vote.read(fitted), fitted.get("decision")
    if len(vote.members) == 1:
        return f"{name(vote.members[0])} is the only member."
    if decision is None:
        if vote.alone:
            return f"{name(vote.alone)} votes alone."
        return f"The vote: {_weights(vote, name)}."
    works = f"{decision['n']:,} works that no member has seen"
    low, high = decision["gain_ci95"]
    gain = f"{decision['gain']:.3f} nats (95 % interval {low:.3f} to {high:.3f})"
    best = name(decision["best"])
    ratios = "; ".join(
        f"{name(member)} {mean:.2f} ({lower:.2f}–{upper:.2f})"
        for member, (mean, (lower, upper)) in decision["ratios"].items()
    )
    evidence = f"Mean of p(true label) over that of {best}: {ratios}."
    if vote.alone:
        others = [name(member) for member in vote.members if member != vote.alone]
        verb = "adds" if len(others) == 1 else "add"
        compared = "linear" in decision["log_loss"]
        changes = f"{-decision['gain']:+.3f} nats (95 % interval {-high:+.3f} to {-low:+.3f})"
        measured = f": a vote would change the log-loss by {changes}" if compared else ""
        return (
            f"{name(vote.alone)} votes alone; {_listed(others)} {verb} nothing that can be "
            f"measured on {works}{measured}. {evidence}"
        )
    return (
        f"A {vote.pooling} vote of {_weights(vote, name)}, whose log-loss is below that of {best} "
        f"alone by {gain} on {works}. {evidence}"
    )


def _weights(vote: Vote, name: Callable[[str], str]) -> str:
    """Members with weights above 0, as shares of a linear vote or as exponents."""
    linear = vote.pooling == "linear"
    return ", ".join(
        f"{name(member)} {100 * weight:.0f} %" if linear else f"{name(member)}^{weight:.2f}"
        for member, weight in zip(vote.members, vote.weights.tolist(), strict=True)
        if weight
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
