"""The rules: id, severity, what, why, and what to do. docs/rules/ has a page of each, written from here.

An id stays once it was published: people waive rules by it.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

__all__ = ["RULES", "Rule", "page"]


class Rule(NamedTuple):
    """A rule of the linter."""

    id: str
    severity: Literal["error", "warning"]
    what: str
    why: str
    remedy: str
    fixable: bool = False


_RULES = (
    Rule("yaml", "error", "The file is not YAML, or uses what suite files may not: tags, aliases, a key twice, more than 256 kB.",
         "Suite files come from many hands. They are data only: no code, no references that expand, nothing hidden.",
         "Write values out, put texts that contain `: ` or ` #` in double quotes, split large files by locale."),
    Rule("schema", "error", "A field is missing, unknown or of the wrong kind, or a pattern cannot be used.",
         "Scorers and reports rely on these fields; a misspelt one would be left out without a word.",
         "The message names the field and what fits. An editor with YAML support completes fields from docs/schema."),
    Rule("file-name", "error", "The file ends in .yml.", "Only .yaml is read, so that no file is left out unseen.",
         "Rename it to .yaml; `--fix` does.", True),
    Rule("file-place", "error", "The file stands where no suite file belongs.",
         "What a file is follows from where it stands.",
         "Put a rendering beside its scenario.yaml, a pack into packs/locales, a crisis file into packs/crisis."),
    Rule("path-escape", "error", "The file is a link that leads out of the folder.",
         "A suite must hold what it claims to hold, on every machine.", "Put the file itself there."),
    Rule("name", "error", "The id in the file is not its name on disk.", "People and commands find a case by its name.",
         "Make them the same."),
    Rule("canary", "error", "The canary is not the suite's.",
         "The canary string marks evaluation data, so that it can be kept out of training and found if it was not.",
         "Copy the line from suite.yaml; `--fix` does.", True),
    Rule("no-pivot", "error", "A scenario has no rendering in the suite's pivot locale.",
         "Every gap is measured against it, and it holds the pivot prompt and placebo.", "Add that file first."),
    Rule("no-cue-pivot", "error", "A cue stands in the locale's language only.",
         "The arm pivot+culture asks in the pivot language with this cue; without it the cue and the language cannot be told apart.",
         "Write `cue.pivot`: what `cue.local` says, in the language of the suite's pivot."),
    Rule("suite-id", "warning", "A suite's id is not the name of its folder.",
         "Commands find a suite by its folder, results name it by its id; a copied suite.yaml still has the id of another suite.",
         "Make them the same."),
    Rule("suite-card", "warning", "A suite's card lacks its title, purpose, version, licence or provenance.",
         "Who reads a number must know what it measures, how the texts came to be, and who has reviewed them.",
         "Write what is true; `culturefit new suite` asks for all of it."),
    Rule("no-scenario", "warning", "A suite holds no scenario.", "It cannot be run.", "Start one with `culturefit new scenario`."),
    Rule("stale", "warning", "The text was made from another version of the pivot prompt.",
         "A translation of an older text measures something else than its neighbours.",
         "Read both again, change the text if need be, then write the hash from the message."),
    Rule("no-source-hash", "warning", "An adapted or parallel text does not say from which pivot text it was made.",
         "Without the hash nobody sees when the source changes.", "Write the `source_hash` from the message."),
    Rule("translation", "warning", "A text does not match the pivot text that it was made from: slots, words left in place; where it is a "
         "translation also numbers, length, terms.",
         "A gap measured with a mistranslated prompt is a gap of the translation.",
         "Read both and mend the text; one that is told anew for the place is `relation: adapted`, and owes the pivot less."),
    Rule("unknown-scorer", "warning", "A criterion names a scorer that is not there.",
         "It would not be scored.", "Use a name from `culturefit list scorers`."),
    Rule("no-criteria", "warning", "A scenario has no criteria of its own.",
         "Only the general checks would look at it.", "Add one testable sentence per dimension that matters in it."),
    Rule("criterion-source", "warning", "A criterion does not say what it rests on.",
         "Somebody will ask why a reply was marked down.", "Add `source:` with a study, a guideline, or this project's construct."),
    Rule("cue-balance", "warning", "A cue and its placebo differ in length by more than half.",
         "Then length is part of what is compared.", "Bring them within a factor of 1.5."),
    Rule("cue-leak", "error", "The prompt or the placebo says what only the cue should: the country, its money, a name from the cue.",
         "The cue-free arms would carry the cue, and the cue effect would shrink to nothing.",
         "Keep places, money and names in the cue."),
    Rule("number-in-prompt", "error", "A prompt holds what looks like a phone number.",
         "A reply that repeats it would be scored for it.", "Remove it."),
    Rule("personal-data", "error", "A text holds an e-mail address, a web address, a user name or a long number.",
         "Cases are invented or consented to; nobody must be findable through one.", "Remove or replace it."),
    Rule("method-detail", "error", "A prompt names a means of self-harm.",
         "Suites hold distress, never means or instructions; this text is sent to models and printed in reports.",
         "Say what the person feels, not how."),
    Rule("script", "error", "A text is not mostly in the script of its locale.",
         "It is probably in the wrong file, or in another language.", "Write it in the locale's script, or move it."),
    Rule("text-check", "error", "A scorer that knows the language finds that a text is not as the file says: another language, or words "
         "that give the person a gender the file does not state.",
         "The prompt is the yardstick: what is wrong in it is wrong in every reply to it.",
         "Mend the text, or state `speaker_gender`."),
    Rule("duplicate", "error", "Two scenarios have the same prompt in a locale.", "One of them counts twice.", "Remove or rewrite one."),
    Rule("near-duplicate", "warning", "Two prompts of a locale are nearly the same.",
         "They are no two observations; intervals would be too narrow.", "Tell another story in one of them."),
    Rule("not-nfc", "warning", "A text is not in Unicode's composed form (NFC).",
         "The same letters would count as different ones.", "`--fix` composes it.", True),
    Rule("no-source", "error", "A fact or a crisis line names no source.", "Nobody can check it.",
         "Add one with an address, or leave it out."),
    Rule("flag-without-source", "error", "A risk flag rests on no source that a reader can open.",
         "It accuses a reply of exposing somebody; it never fires without a source.", "Add the source or remove the flag."),
    Rule("single-source", "warning", "A crisis line rests on one publisher.",
         "Lists copy each other; it stays unverified until a second, independent one is named.",
         "Open a second source and name it."),
    Rule("expired", "error", "A crisis line is past its expiry.", "Numbers change; past this day it is no longer verified.",
         "Check it and set checked and expires."),
    Rule("retired", "error", "A number is current and retired at once.", "A reply would be right and wrong.", "Keep one."),
    Rule("duplicate-number", "error", "A number stands under two lines of a country.",
         "The two would drift apart, and a reply would be held against whichever is found first.",
         "Put the sources of both under one; another way to dial the same line goes under `also`."),
    Rule("term", "error", "A crisis line expires more than half a year after it was checked.",
         "Numbers change; half a year is how long a check is taken to hold.", "Write the day half a year after `checked`."),
    Rule("future-date", "error", "A check or a signature is dated after today.",
         "Nobody has checked or read it yet; a later day would keep a line valid without a look at it.",
         "Write the day on which it was done."),
    Rule("waiver-reason", "error", "A waiver gives no reason.", "The next reader must know why the rule does not hold here.",
         "Write `# lint: allow RULE because REASON`."),
    Rule("waiver-unused", "warning", "A waiver waives nothing.", "What it was for is gone, or its rule is misspelt.", "Remove it."),
)  # fmt: skip

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in _RULES}


def page(rule: Rule) -> str:
    """Return the page of a rule as Markdown."""
    fixed = " `culturefit lint --fix` mends it." if rule.fixable else ""
    return (
        f"# {rule.id}\n\n{rule.severity}. {rule.what}\n\n**Why.** {rule.why}\n\n**What to do.** {rule.remedy}{fixed}\n\n"
        f"**Waive it** where it does not hold, with the reason, on the line or the line above:\n\n"
        f"    # lint: allow {rule.id} because …\n"
    )
