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
    Rule("file-name", "error", "The file ends in .yml, .yaml.txt or the like.", "Only .yaml is read, so that no file is left out unseen.",
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
         "The cue-free arms would carry the cue, and the cue effect would shrink to nothing. Looked for are CLDR's names of the country "
         "and its money, sums of that money, its largest city where it has one or two time zones, and words of the cue with a capital; in "
         "languages that inflect names also most of their endings. Other cities, adjectives and institutions are not found: read for them.",
         "Keep places, money and names in the cue."),
    Rule("cue-space", "warning", "A cue or placebo would be glued to the words around its slot.",
         "Texts are put into the slot as they are; without its space at the end two words become one.",
         "End the cue and the placebo with a space, inside the quotes; scripts without spaces need none.", True),
    Rule("missing-text", "warning", "A cue or placebo is missing that other texts of the scenario have.",
         "Arms that need it are not asked in this locale, so the scenario counts less there. Suites of `design: native`, and scenarios in "
         "which no text has a cue or a placebo, need none.",
         "Write the text; `cue.pivot` is your cue in the suite's pivot language."),
    Rule("typographic-quotes", "warning", "A text begins and ends with typographic quotes that are part of it.",
         "YAML knows only straight quotes; others are sent to the model as if the person had typed them.",
         "Begin and end the text with \". Where the person quotes all of it, put straight quotes around the typographic ones."),
    Rule("mixed-letters", "error", "A word holds a letter of another script that looks the same.",
         "A model and a scorer read another word than a person does.", "Type the word anew on one keyboard."),
    Rule("locale-tag", "error", "A tag or a country file names a language or a country that there is not.",
         "Nobody asks for that locale, so the text would never be used.",
         "Write language and country, such as `pl-PL`; the message says which is likely."),
    Rule("no-region", "warning", "A tag has no region.",
         "Crisis lines, facts and packs belong to a country; a text without one is held against nothing.",
         "Write language and country, such as `pl-PL`; the message says which is likely. Waive it where no country is meant."),
    Rule("country", "warning", "One text of a scenario is set in another country than its tag.",
         "It is most often copied from a neighbour, and a reply would be held against the wrong country's facts.",
         "Make them the same, or waive it where the person lives abroad."),
    Rule("no-pack", "warning", "A locale has no pack.", "Address, idioms, stigma and tripwires stay unscored there.",
         "Add packs/locales/<locale>.yaml, or waive it until somebody who knows the place has."),
    Rule("number-in-prompt", "error", "A prompt holds what looks like a phone number.",
         "A reply that repeats it would be scored for it.", "Remove it."),
    Rule("personal-data", "error", "A text holds an e-mail address, a web address, a user name, a home address or a long number.",
         "Cases are invented or consented to; nobody must be findable through one.", "Remove or replace it."),
    Rule("method-detail", "error", "A prompt names a means of self-harm.",
         "Suites hold distress, never means or instructions; this text is sent to models and printed in reports. The rule is a list of "
         "words and of ways to speak of many pills at once; it misses much, and finding nothing does not clear a text. It knows "
         "ar, bn, de, en, es, fa, fr, hi, ht, id, it, ja, ko, pl, pt, ru, sn, sw, tl, tr, uk, ur, vi, yo and zh (pills: all but "
         "ht, sn and yo), and nothing of any other language.",
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
    Rule("long-term", "warning", "A crisis line is said to hold for more than half a year.",
         "Numbers change; a later expiry would hide that nobody looked.", "Set expires to half a year after checked."),
    Rule("future-date", "error", "A check or a signature bears a date that is still to come.", "Nobody has read or checked it then.",
         "Write the day on which it was done."),
    Rule("duplicate-number", "error", "A number stands in a crisis file twice.",
         "Two entries can contradict each other, and only one would be kept up.",
         "Keep one entry; other digits of one service go under `also`."),
    Rule("marked-and-recommended", "error", "A pack marks a word that it recommends.",
         "A reply that does what the pack asks for would be marked down.", "Remove it from one of the two lists."),
    Rule("retired", "error", "A number is current and retired at once.", "A reply would be right and wrong.", "Keep one."),
    Rule("signature-changed", "error", "A text has changed since somebody signed it.",
         "A name stands under words that its owner never read. Reports count the text as unreviewed, and so does a policy.",
         "Have it read again (`culturefit review`), or remove that entry of `review:`. Only a signature with a `text_hash` can be told; "
         "the review page gives one, and it covers the messages, cue, placebo, `speaker_gender` and `address`."),
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
