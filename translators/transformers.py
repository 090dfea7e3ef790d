"""Translation models (NLLB, M2M100, mBART-50, MADLAD, Marian, T5 and ByT5) run in this process by transformers and torch.

`generate` is called by ourselves: version 5 of transformers has no translation pipeline. Which family needs what to know
its languages is in `_families.py`; what is not measured is in transformers.md.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

from culturefit.errors import ModelError, UsageError
from culturefit.models.hub import Source, one_line
from culturefit.translation import translators
from culturefit.translators._codes import marian_of
from culturefit.translators._drafts import Drafts, Piece, kept
from culturefit.translators._families import NAMES, Told, family_of, tell
from culturefit.translators._segments import cut, joined

__all__ = ["Seq2Seq"]

_DTYPES = ("auto", "float32", "bfloat16", "float16")


@translators.register("transformers")
class Seq2Seq(Drafts):
    """Translates sentence by sentence with a seq2seq model.

    Code from a model's repository is never run (`trust_remote_code` is off).

    Args:
        path: a folder of model files or the id of a model on the Hugging Face hub; None = the Marian model of the table for the pair.
        revision: branch, tag or commit of a hub model; its commit is recorded.
        family: auto, or one of nllb, m2m100, mbart50, madlad, marian, t5.
        prefix: what stands before each text in place of the family's own marks; {of} and {into} are English names.
        beams: of beam search; 1 = greedy.
        max_tokens: of one sentence; one that does not end within them has no translation.
        dtype: auto (as the weights were saved), float32, bfloat16 or float16.
        device: auto (cuda, else mps, else cpu), or a name that torch knows.
        batch_size: sentences at once; 1 repeats the text exactly, more may change it now and then.
        threads: CPU threads of torch; None = as torch chooses.
        settings: those of every engine, see Drafts.
    """

    engine = "transformers"

    def __init__(
        self, path: str | None = None, revision: str | None = None, family: str = "auto", prefix: str | None = None,
        beams: int = 4, max_tokens: int = 256, dtype: str = "auto", device: str = "auto", batch_size: int = 16,
        threads: int | None = None, **settings: Any,
    ) -> None:  # fmt: skip
        super().__init__(**settings)
        for name, number in (("beams", beams), ("max_tokens", max_tokens), ("batch_size", batch_size)):
            if number < 1:
                raise UsageError(f"translator.{name} is {number}; it must be 1 or more.")
        if dtype not in _DTYPES:
            raise UsageError(f"translator.dtype={dtype} is not known; use one of {', '.join(_DTYPES)}.")
        if family not in ("auto", *NAMES):
            raise UsageError(f"translator.family={family} is not known; use auto or one of {', '.join(NAMES)}.")
        self._path, self._revision, self._family, self._prefix = path, revision, family, prefix
        self._beams, self._max_tokens, self._dtype, self._device = beams, max_tokens, dtype, device
        self._batch_size, self._threads = batch_size, threads
        self._loaded: dict[str, _Model] = {}

    @property
    def version(self) -> str:
        """The version of transformers."""
        from importlib import metadata

        try:
            return metadata.version("transformers")
        except metadata.PackageNotFoundError:
            raise _needs("transformers") from None

    def settings(self) -> dict[str, Any]:
        """Return the model's place and what changes its output."""
        return super().settings() | {
            "path": self._path, "revision": self._revision, "family": self._family, "prefix": self._prefix, "beams": self._beams,
            "max_tokens": self._max_tokens, "dtype": self._dtype, "repeatable": self._batch_size == 1,
        }  # fmt: skip

    def parameters(self, of: str, into: str) -> dict[str, Any]:
        """Return the weights' checksum or commit, the family, what the model is told of the pair, and the search."""
        model = self._model(of, into)
        told = model.told(of, into, self._prefix)
        return {
            **model.origin, "family": model.family, "before": told.before, "source": told.source, "first_token": told.first_token,
            "beams": self._beams, "max_tokens": self._max_tokens, "dtype": self._dtype, "repeatable": self._batch_size == 1,
        }  # fmt: skip

    def translate(self, pieces: Sequence[Piece], of: str, into: str) -> Sequence[str | None]:
        """Return the translations, sentence by sentence; placeholders, links and line breaks never reach the model."""
        identity = {"engine": self.engine, "version": self.version} | self.parameters(of, into)
        model = self._model(of, into)
        told = model.told(of, into, self._prefix)

        def some(texts: Sequence[str]) -> list[str | None]:
            cuts = [cut(text, sentences=True) for text in texts]
            sentences = sorted({part for parts in cuts for part, own in parts if own}, key=len)
            made: dict[str, str | None] = {}
            for start in range(0, len(sentences), self._batch_size):
                batch = sentences[start : start + self._batch_size]
                made |= zip(batch, model.generate(batch, told, self._beams, self._max_tokens), strict=True)
            return [_put_together(parts, made) for parts in cuts]

        return kept(self._means, identity, [piece.text for piece in pieces], self._batch_size, some)

    def _model(self, of: str, into: str) -> _Model:
        path = self._path or marian_of(of, into)[0]
        if path not in self._loaded:
            self._loaded.clear()  # one at a time in memory
            self._loaded[path] = _Model(path, self._revision, self._family, self._dtype, self._device, self._threads)
        return self._loaded[path]


def _put_together(parts: Sequence[tuple[str, bool]], made: dict[str, str | None]) -> str | None:
    found = [made[part] for part, own in parts if own]
    return None if None in found else joined(parts, [each or "" for each in found])


def _needs(package: str) -> ModelError:
    return ModelError(f"The translator 'transformers' needs {package}; install culturefit[torch].")


class _Model:
    """A tokenizer and a model, loaded."""

    def __init__(
        self, path: str, revision: str | None, family: str, dtype: str, device: str, threads: int | None
    ) -> None:
        for package in ("torch", "transformers"):
            if importlib.util.find_spec(package) is None:
                raise _needs(package)
        source = Source(path, revision)
        try:
            place, gguf, local = source.place()
            self.origin = source.origin()
        except ModelError as error:
            raise ModelError(str(error).replace("model.path", "translator.path")) from None
        if gguf:
            raise UsageError(f"translator.path={path} is a GGUF file; give a folder that transformers reads.")
        where: dict[str, Any] = {"trust_remote_code": False} | ({} if local else {"revision": self.origin["revision"]})
        try:
            self._torch: Any = importlib.import_module("torch")
            transformers: Any = importlib.import_module("transformers")
            transformers.logging.set_verbosity_error()
            transformers.logging.disable_progress_bar()
            if threads:
                self._torch.set_num_threads(threads)
            if device == "auto":
                mps = self._torch.backends.mps.is_available()
                device = "cuda" if self._torch.cuda.is_available() else "mps" if mps else "cpu"
            kind = dtype if dtype == "auto" else getattr(self._torch, dtype)
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(place, **where)
            model = transformers.AutoModelForSeq2SeqLM.from_pretrained(place, dtype=kind, **where)
            self._model: Any = model.to(device).eval()
        except ImportError as error:  # a tokenizer that wants a library of its own
            raise ModelError(f"translator.path={path} could not be loaded: {one_line(error)}.") from error
        except Exception as error:  # files cut short, an architecture that is no seq2seq, no such device, no memory
            raise ModelError(
                f"translator.path={path} could not be loaded as a seq2seq model ({type(error).__name__}: {one_line(error)}); check "
                f"translator.path, translator.device={device} and translator.dtype={dtype}."
            ) from error
        self._device = device
        self._vocabulary: dict[str, int] = self._tokenizer.get_vocab()
        self.family = family if family != "auto" else family_of(self._vocabulary, self._model.config.model_type)

    def told(self, of: str, into: str, prefix: str | None) -> Told:
        """Return what it is told of a pair."""
        return tell(self.family, of, into, self._vocabulary, prefix)

    def generate(self, sentences: Sequence[str], told: Told, beams: int, max_tokens: int) -> list[str | None]:
        """Return a translation per sentence; None where it did not come to an end."""
        if told.source:
            self._tokenizer.src_lang = told.source
        given = self._tokenizer([told.before + each for each in sentences], padding=True, return_tensors="pt")
        given = {name: given[name].to(self._device) for name in ("input_ids", "attention_mask")}
        # A translation has seldom more than three times as many tokens as its source: a loop ends there.
        limit = min(max_tokens, 3 * given["input_ids"].shape[1] + 16)
        with self._torch.inference_mode():
            out = self._model.generate(
                **given, num_beams=beams, do_sample=False, max_new_tokens=limit, forced_bos_token_id=told.first_token
            )
        ends = self._model.generation_config.eos_token_id
        ends = set(ends if isinstance(ends, list) else [ends])
        texts = self._tokenizer.batch_decode(out, skip_special_tokens=True)
        # The first token is not the model's, and some configurations put an end where the limit is: neither is an end.
        finished = [any(token in ends for token in row[1:limit]) for row in out.tolist()]
        return [text.strip() if done else None for text, done in zip(texts, finished, strict=True)]
