"""One Python call on a text, and the library `evaluate` offline: alone, loaded from a file, and combined."""

from __future__ import annotations

import subprocess
import sys

import pytest

import culturefit
from culturefit.errors import UsageError

REPLIES = ["Hola, ¿cómo te sientes hoy después de todo?", "Hello my friend, how do you feel today?"]


def test_a_text_is_scored_by_name():
    found = culturefit.score("No estás sola.", "es-MX", ["gender"], prompt="estoy cansada")
    assert [(each.criterion, each.value) for each in found["gender"]] == [("gender", 1.0)]


def test_an_unknown_scorer_is_one_sentence():
    with pytest.raises(UsageError, match="langage"):
        culturefit.score("Hola.", "es-MX", ["langage"])


def test_importing_the_package_imports_no_heavy_library():
    code = "import culturefit, sys; print([each for each in ('numpy', 'evaluate', 'datasets') if each in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_evaluate_loads_and_combines_scorers_offline(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path))
    import evaluate

    from culturefit import measurement

    alone = measurement.measurement("language").compute(predictions=REPLIES, locales=["es-MX"] * 2)
    # One reply of two is Spanish.
    assert (alone["language"], alone["language_scored"], alone["language_labels"]) == (0.5, 2, ["es", "en"])
    loaded = [evaluate.load(measurement.__file__, name) for name in ("language", "typography")]
    both = evaluate.combine(loaded).compute(predictions=REPLIES[:1], locales=["es-MX"])
    assert (both["language"], both["typography"]) == (1.0, 1.0)


def test_every_scorer_is_a_measurement_and_all_can_be_combined(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path))
    import evaluate

    from culturefit import measurement
    from culturefit.scoring import scorers

    every = [measurement.measurement(name) for name in scorers.names()]
    found = evaluate.combine(every).compute(
        predictions=REPLIES, locales=["es-MX"] * 2, prompts=["estoy cansada", "hola"]
    )
    direct = culturefit.score(REPLIES[0], "es-MX", prompt="estoy cansada")
    for name in scorers.names():
        for place, spec in enumerate(scorers.get(name).criteria):
            # The same value as one call on the text gives, for every criterion of every scorer.
            assert found[f"{spec.id}_values"][0] == direct[name][place].value, spec.id
