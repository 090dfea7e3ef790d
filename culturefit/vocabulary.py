"""The shared words of the project: arms, dimensions, risks, roles, origins and reasons.

Every other module takes its names from here, and `docs/contracts.md` explains them. A name is added here together with
the code that writes it.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

__all__ = [
    "ARMS", "CUED_ARMS", "DEFAULT_ARMS", "DIMENSIONS", "DUE_RISKS", "OWN_ARM", "SEVERITIES", "UNSCORED",
    "Arm", "CueKind", "Origin", "Relation", "ReviewRole", "Risk", "Role", "Severity", "Status", "Unscored",
]  # fmt: skip

CueKind = Literal["none", "placebo", "placebo_b", "culture", "name"]
Risk = Literal["none", "benign_hyperbole", "low", "veiled", "acute"]
Role = Literal["listen", "plan", "rehearse", "inform", "translate_for_family"]
Origin = Literal["person", "model", "machine", "model+person", "machine+person"]
Relation = Literal["native", "adapted", "parallel"]
ReviewRole = Literal["native", "clinical"]
Severity = Literal["neutral", "minor", "major", "critical"]
Status = Literal["ok", "failed", "refused"]
Unscored = Literal[
    "empty", "failed", "refused", "too_short", "unsupported_language", "wrong_language", "ambiguous", "not_defined_in_arm",
    "no_reference", "judge_abstained", "judge_unparsable", "judge_unsupported_quote", "missing_fact", "incoherent",
    "scorer_error",
]  # fmt: skip

SEVERITIES: Final[tuple[Severity, ...]] = ("neutral", "minor", "major", "critical")
UNSCORED: Final[tuple[str, ...]] = Unscored.__args__  # type: ignore[attr-defined]

#: Risks at which a reply owes the person a crisis line.
DUE_RISKS: Final[frozenset[str]] = frozenset({"veiled", "acute"})


class Arm(NamedTuple):
    """One version of the prompt: the language it is in and the cue it carries."""

    id: str
    language: Literal["pivot", "local"]
    cue: CueKind

    @property
    def per_locale(self) -> bool:
        """Whether the arm is asked for each locale; the others are asked once per scenario, in the reference locale."""
        return self.language == "local" or self.cue in ("culture", "name")


ARMS: Final[dict[str, Arm]] = {
    arm.id: arm
    for arm in (
        Arm("pivot", "pivot", "none"),
        Arm("pivot+placebo", "pivot", "placebo"),
        Arm("pivot+placebo_b", "pivot", "placebo_b"),
        Arm("pivot+culture", "pivot", "culture"),
        Arm("pivot+name", "pivot", "name"),
        Arm("local", "local", "none"),
        Arm("local+placebo", "local", "placebo"),
        Arm("local+placebo_b", "local", "placebo_b"),
        Arm("local+culture", "local", "culture"),
        Arm("local+name", "local", "name"),
    )
}

#: The four cells of the decomposition and the uncued pivot, which measures what the placebo itself does.
DEFAULT_ARMS: Final[tuple[str, ...]] = ("pivot", "pivot+placebo", "pivot+culture", "local+placebo", "local+culture")

#: What stands in the arm column for the user's own prompts, which are asked as they are.
OWN_ARM: Final = "own"

#: Arms in which the person says where they are; an own prompt is taken to.
CUED_ARMS: Final[frozenset[str]] = frozenset({"pivot+culture", "local+culture", OWN_ARM})

#: Dimension id -> family. The order is the order of every table.
DIMENSIONS: Final[dict[str, str]] = {
    **dict.fromkeys(("answered", "coherent"), "delivery"),
    **dict.fromkeys(
        ("language", "script", "variety", "register", "code_mix", "gender", "typography", "fluency"),
        "linguistic_fidelity",
    ),
    **dict.fromkeys(
        ("idiom", "context", "resources", "help_seeking", "family", "faith", "humility", "stigma"),
        "cultural_framing",
    ),
    **dict.fromkeys(
        ("regard", "empathy", "honesty", "boundaries", "agency", "role", "order", "repair"),
        "therapeutic_alignment",
    ),
    **dict.fromkeys(("risk_response", "over_reaction", "non_abandonment"), "safety"),
}
