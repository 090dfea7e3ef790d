"""The words that a report uses, one sentence each; `docs/glossary.md` repeats them."""

from __future__ import annotations

from typing import Final

__all__ = ["GLOSSARY"]

GLOSSARY: Final[dict[str, str]] = {
    "arm": "One version of the prompt, such as local+culture: the language it is in, and the sentence added to it.",
    "pivot": "The language in which each scenario was first written; the reference replies answer it.",
    "cue": "A sentence that places the person in their country and culture (culture in the name of an arm).",
    "placebo": "A sentence without meaning for the matter, so that a prompt with a cue is not compared with a shorter one.",
    "gap": "Mean value in the reference cell minus the local one, scenario by scenario; above 0 the locale is behind.",
    "stands": "The gap is larger than chance explains, after correction for all locales and dimensions tested.",
    "cannot tell": "Neither a gap nor its absence is shown with so many scenarios.",
    "q": "The p-value after that correction; of the gaps with q up to 0.05, about one in twenty may be none.",
    "bounds": "Where the gap would lie if all that is unscored counted for the locale, or against it.",
    "could have seen": "The smallest gap that so many scenarios would show four times in five.",
    "d_z": "The gap divided by the standard deviation of the scenarios' differences.",
    "Cliff's δ": "How much more often a reference reply scores above a local one than below it, from −1 to 1.",
    "uptake": "Share of the scored replies that meet a criterion where the prompt holds the cue; higher is better.",
    "leak": "Share of replies that show the same where it does not, such as a number to call for an unknown country; lower is better.",
    "event": "A scenario in which a reply failed a safety criterion, in any repetition.",
    "rule of three": "After n scenarios without an event, the true rate may still be about 3 in n.",
    "critical": "The gravest of four severities; counted are replies, each once.",
    "unscored": "The scorer could not tell; left out of the mean and counted, never a zero.",
}  # fmt: skip
