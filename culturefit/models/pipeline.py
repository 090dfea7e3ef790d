"""A `transformers` pipeline that the user has made: its model and tokenizer, asked as the transformers backend asks.

The pipeline's own settings of generation are not used: temperature, top_p and the number of tokens are the run's, so that
its replies can stand beside other models'.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from culturefit.errors import ModelError, UsageError
from culturefit.models.transformers import Transformers

__all__ = ["Pipeline", "is_pipeline"]


def is_pipeline(value: Any) -> bool:
    """Whether this is a pipeline of transformers; does not import it."""
    return any(
        each.__name__ == "Pipeline" and each.__module__.startswith("transformers.") for each in type(value).__mro__
    )


class Pipeline(Transformers):
    """A text-generation pipeline with a chat template.

    Args:
        pipeline: what `transformers.pipeline("text-generation", …)` returned.
        name: what reports call it; the last part of the model's name if None.
        batch_size: requests in one batch; 1 repeats the text exactly.

    Raises:
        UsageError: a pipeline of another task, or without a chat template.
    """

    def __init__(self, pipeline: Any, name: str | None = None, batch_size: int = 1) -> None:
        if pipeline.task != "text-generation":
            raise UsageError(f"The pipeline's task is {pipeline.task}; make one for text-generation.")
        if pipeline.tokenizer is None or not pipeline.tokenizer.chat_template:
            raise UsageError(
                "The pipeline's tokenizer has no chat template; use the variant of the model made for chat."
            )
        path = str(getattr(pipeline.model, "name_or_path", "") or type(pipeline.model).__name__)
        super().__init__(path, name, batch_size=batch_size, device=str(pipeline.device))
        self._pipeline = pipeline
        self._digest: str | None = None

    def identity(self) -> dict[str, Any]:
        """Return the checksum of the weights as they are in memory: a model trained further is another one."""
        return {
            "backend": "transformers",
            "name": self.name,
            "weights": self._weights(),
            "template": hashlib.sha256(str(self._pipeline.tokenizer.chat_template).encode()).hexdigest(),
            "dtype": str(self._pipeline.model.dtype),
            "repeatable": self._batch_size == 1,
        }

    def _needed(self) -> list[str]:
        return ["torch", "transformers", "jinja2"]

    def _load(self) -> None:
        if self._pipeline.model is None:
            raise ModelError("The pipeline holds no model; make it again.")
        self._take(
            sys.modules["torch"], sys.modules["transformers"], self._pipeline.tokenizer, self._pipeline.model.eval()
        )

    def _weights(self) -> str:
        """Return the sha256 over every tensor's name, type and bytes; found out once per Pipeline."""
        if self._digest is None:
            import torch

            total = hashlib.sha256()
            for name, tensor in self._pipeline.model.state_dict().items():
                total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\0".encode())
                total.update(tensor.detach().to("cpu").contiguous().view(-1).view(torch.uint8).numpy().data)
            self._digest = total.hexdigest()
        return self._digest
