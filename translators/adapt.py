"""Cultural adaptation, which is no translation: a model drafts prompt, cue and placebo of a locale; what it may not do: adapt.md."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from culturefit.models.base import Message, Model
from culturefit.schema import Rendering
from culturefit.translation import Rendered, Wanted, translators
from culturefit.translators import _adaptation as say
from culturefit.translators._drafts import Piece, spaced
from culturefit.translators.llm import LLM, packs

__all__ = ["Adapt"]


@translators.register("adapt")
class Adapt(LLM):
    """Drafts the local prompt, the culture cue in both languages and the placebo, with what was changed and why.

    Args:
        model: one of conf/model/; None = nothing is drafted, and only what rules and the locale pack find is written down.
        temperature: of sampling.
        max_tokens: of one draft.
        settings: those of every engine, see Drafts.
    """

    engine = "adapt"
    version = say.VERSION
    needs_model = False

    def __init__(
        self, model: Model | None = None, temperature: float = 0.0, max_tokens: int = 1500, **settings: Any
    ) -> None:
        super().__init__(model, temperature, max_tokens, pack=True, **settings)

    def parameters(self, of: str, into: str) -> dict[str, Any]:
        """Return the model and a checksum of its instructions."""
        told = sha256(say.system_prompt(of, into, packs().get(into), of).encode()).hexdigest()[:12]
        return {name: value for name, value in self.settings().items() if name not in ("source", "cue")} | {
            "instructions": told
        }

    def _same_language(self, of: str, into: str) -> None:
        """Let a locale of the same language be adapted to; only translating has nothing to do there."""

    def translate(self, pieces: Sequence[Piece], of: str, into: str) -> Sequence[str | None]:
        """Return nothing: single texts are not adapted."""
        return [None] * len(pieces)

    def draft(self, wanted: Sequence[Wanted]) -> Sequence[Rendered | None]:
        """Return an adaptation for each, whatever the suite has; without a model, only what is to be changed."""
        found: list[Rendered | None] = [None] * len(wanted)
        for (of, into), jobs in self.check(wanted).items():
            pack = packs().get(into)
            known = [say.hints([*source.messages, _cue(source)], pack, of, into) for _, source in jobs]
            if self._model is None:
                for (index, _), changes in zip(jobs, known, strict=True):
                    found[index] = Rendered(None, made=True, changes=tuple(changes))
                continue
            pivot = wanted[jobs[0][0]].pivot
            system: list[Message] = [{"role": "system", "content": say.system_prompt(of, into, pack, pivot)}]
            turns = [
                (say.turn(source.messages, _cue(source), _placebo(source), changes),)
                for (_, source), changes in zip(jobs, known, strict=True)
            ]
            replies = self.answers(turns, system)
            for (index, source), changes, reply in zip(jobs, known, replies, strict=True):
                draft = None if reply is None else say.read(reply)
                found[index] = Rendered(None, made=True, changes=tuple(changes)) if draft is None else self._adapted(
                    wanted[index], source, draft, changes, self._pairs[f"{of}>{into}"]
                )  # fmt: skip
        return found

    def _adapted(
        self, wanted: Wanted, source: Rendering, draft: dict[str, Any], known: list[dict[str, str]], parameters: dict[str, Any]
    ) -> Rendered | None:  # fmt: skip
        places = ["prompt"] if source.prompt else [f"turns[{index}]" for index in range(len(source.messages))]
        if len(draft["messages"]) != len(places):
            return Rendered(None, made=True, changes=(*draft["changes"], *known))
        cue = spaced(draft["cue_pivot"], _cue(source) or " ")
        sources = dict(zip(places, source.messages, strict=True)) | {
            "placebo.local": _placebo(source),
            "cue.local": cue,
        }
        made = dict(zip(places, draft["messages"], strict=True))
        made |= {"placebo.local": draft["placebo_local"], "cue.local": draft["cue_local"]}
        rendered = self.rendered(wanted, source, sources, made, parameters)
        if rendered is None or rendered.rendering is None:
            return rendered
        told = "; ".join(
            f"{each['dimension']}: {each['from']} → {each['to']} ({each['why']})" for each in draft["changes"]
        )
        note = f"Adapted by a model, to be read against each of these: {told}"[:8000] if told else None
        rendering = rendered.rendering.model_copy(update={"relation": "adapted", "note": note})
        return Rendered(rendering, rendered.checked, made=True, changes=(*draft["changes"], *known))


def _cue(source: Rendering) -> str:
    return source.cue.pivot or source.cue.local or ""


def _placebo(source: Rendering) -> str:
    return source.placebo.local or source.placebo.pivot or ""
