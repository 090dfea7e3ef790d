"""What a run would take, without asking anything (`dry_run=true`)."""

from __future__ import annotations

from collections.abc import Sequence

from culturefit.models.base import Model, Request
from culturefit.run.budget import Price, estimate
from culturefit.run.generate import Conversation
from culturefit.run.settings import Settings
from culturefit.store import Store, identity_digest, request_key

__all__ = ["forecast"]


def forecast(todo: Sequence[Conversation], model: Model, store: Store, settings: Settings, price: Price | None) -> str:
    """Return one sentence: requests to ask, kept ones, tokens and money at most.

    A later turn of a conversation cannot be looked up before the reply to the one before; it counts as to be asked.
    """
    identity = identity_digest(model.identity())
    asked = kept = prompt = completion = 0
    for conversation in todo:
        messages = list(settings.system_messages())
        for number, turn in enumerate(conversation.turns):
            messages.append({"role": "user", "content": turn})
            request = Request(tuple(messages), settings.sampling_for(conversation.epoch), conversation.epoch)
            if number == 0 and store.get(request_key(identity, request)) is not None:
                kept += 1
                continue
            hold = estimate(request, price)
            asked += 1
            # The replies to the turns before come back as part of the prompt.
            prompt += hold.prompt_tokens + number * request.sampling.max_tokens
            completion += hold.completion_tokens
    money = (
        f"{price.usd(prompt, completion):.4f} USD"
        if price
        else f"an unknown price (prices={{{model.name}: …}} sets it)"
    )
    return (
        f"Dry run: {asked} requests to ask and {kept} kept; at most about {prompt} prompt and {completion} reply tokens, {money}. "
        "Nothing was asked."
    )
