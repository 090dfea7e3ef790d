"""Apertium, the rule-based engine, as an installed program that runs beside us; limits and pairs: apertium.md.

It is GPL and stays a program of its own: nothing of it is imported. Words it does not know keep their mark (`*word`),
so that the gate sees them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError, UsageError
from culturefit.locales import parse_locale
from culturefit.translation import translators
from culturefit.translators._codes import apertium_codes
from culturefit.translators._drafts import Drafts, Piece, kept
from culturefit.translators._segments import cut, joined

__all__ = ["Apertium"]

#: Texts per call of the program; starting it takes a tenth of a second.
_BATCH = 64
#: What a step of a pair's pipeline reads: dictionaries, rules, statistics.
_DATA = re.compile(r"'([^']+)'")
#: Apertium leaves the place of a word that has no counterpart: two spaces where one was, or one before a full stop.
_GAPS = re.compile(r"(?<=\S) +(?=[.,](?:\s|$))|(?<=\S ) +(?=\S)")


@translators.register("apertium")
class Apertium(Drafts):
    """Translates with the pairs of Apertium that are installed.

    Args:
        program: the program's name or path.
        timeout: seconds for one call of the program.
        settings: those of every engine, see Drafts.
    """

    engine = "apertium"

    def __init__(self, program: str = "apertium", timeout: float = 120.0, **settings: Any) -> None:
        super().__init__(**settings)
        self._program, self._timeout = program, timeout

    @cached_property
    def version(self) -> str:
        """What the program says of itself, such as 3.8.3."""
        return self._run(["-V"]).split()[-1]

    @cached_property
    def _modes(self) -> list[str]:
        return self._run(["-l"]).split()

    def parameters(self, of: str, into: str) -> dict[str, Any]:
        """Return the pair's name and a checksum of its dictionaries and rules."""
        mode = self._mode(of, into)
        return {"pair": mode, "data": self._checksum(mode)}

    def translate(self, pieces: Sequence[Piece], of: str, into: str) -> Sequence[str | None]:
        """Return the translations; placeholders, links and line breaks never reach the program."""
        mode = self._mode(of, into)
        identity = {"engine": self.engine, "version": self.version} | self.parameters(of, into)
        return kept(
            self._means, identity, [piece.text for piece in pieces], _BATCH, lambda texts: self._batch(texts, mode)
        )

    def _batch(self, texts: Sequence[str], mode: str) -> list[str]:
        cuts = [cut(text) for text in texts]
        lines = [part for parts in cuts for part, translated in parts if translated]
        # An empty line ends a sentence for Apertium, and comes through as it is.
        made = self._run([mode], "\n\n".join(lines) + "\n").strip("\n").split("\n\n") if lines else []
        if len(made) != len(lines):
            raise CulturefitError(
                f"{self._program} {mode} gave {len(made)} texts for {len(lines)}; update Apertium and its pair."
            )
        rest = iter(_GAPS.sub("", line).strip() for line in made)
        return [joined(parts, [next(rest) for _, translated in parts if translated]) for parts in cuts]

    def _mode(self, of: str, into: str) -> str:
        region = parse_locale(into).region
        names = [f"{one}-{two}" for one in apertium_codes(of) for two in apertium_codes(into)]
        for name in (*(f"{each}_{region}" for each in names), *names):
            if name in self._modes:
                return name
        have = ", ".join(self._modes) or "none"
        raise UsageError(
            f"Apertium has no pair installed for {of} to {into} ({' or '.join(names)}); installed are {have}. "
            "On Debian pairs are the packages apertium-*; translator.source=LOCALE translates from another rendering."
        )

    def _checksum(self, mode: str) -> str:
        folder = Path(os.environ.get("APERTIUM_DATADIR", "/usr/share/apertium"))
        file = folder / "modes" / f"{mode}.mode"
        if not file.is_file():
            return "unknown"
        total = sha256(file.read_bytes())
        for name in _DATA.findall(file.read_text("utf-8", errors="replace")):
            if Path(name).is_file():
                total.update(Path(name).read_bytes())
        return total.hexdigest()[:12]

    def _run(self, arguments: Sequence[str], given: str = "") -> str:
        path = shutil.which(self._program)
        if path is None:
            raise UsageError(
                f"The program '{self._program}' is not installed; install Apertium and a pair (on Debian: apt-get install "
                "apertium apertium-eng-spa), or set translator.program=PATH."
            )
        # The program needs a UTF-8 locale and picks one itself; the user's language must not change what -l says.
        environment: Mapping[str, str] = os.environ | {"LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(
                [path, *arguments], input=given, capture_output=True, text=True, encoding="utf-8", timeout=self._timeout,
                env=environment, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CulturefitError(f"'{path}' could not be run ({error}); check translator.program.") from None
        if done.returncode:
            told = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise CulturefitError(f"{path} {' '.join(arguments)} failed: {told[0]}; check that the pair is whole.")
        return done.stdout
