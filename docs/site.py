"""MkDocs hook: the documents that stand elsewhere in the repository become pages, and their links are mended.

Cards, datasheets and the README stay beside what they describe; `on_files` adds them under the addresses of `_pages`, and
`on_page_markdown` turns a link between files of the repository into a link between pages. Nothing is written to docs/.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]

#: What people write code against; the rest of culturefit/ is not promised to stay.
MODULES = (
    "culturefit", "culturefit.api", "culturefit.scoring", "culturefit.translation", "culturefit.models.base", "culturefit.records",
    "culturefit.registry", "culturefit.vocabulary", "culturefit.errors",
)  # fmt: skip

#: Documents at the top of the repository; one that is not there is left out.
TOP = {
    "README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "SECURITY.md": "security.md",
    "THIRD_PARTY.md": "third-party.md", "CITATION.cff": "cite.md", "outputs/README.md": "outputs.md",
    "suites/packs/README.md": "suites/packs.md",
}  # fmt: skip

FOLDERS = {
    "scorers": (
        "Scorer cards",
        "One scorer, one card: what it asks, how, with what measured error, and where it is blind.",
    ),
    "suites": ("Suite datasheets", "What each suite holds, who wrote it and how, and what has not been reviewed."),
    "translators": ("Translators", "How prompts come into a locale, and what is checked before one is sent."),
    "schemas": ("File formats", "The fields of each kind of file, from its JSON Schema (`culturefit schema KIND`)."),
    "rules": ("Lint rules", "What `culturefit lint` says, why, and what to do."),
}


def _copied() -> dict[str, str]:
    """Return repository path -> page, for documents outside docs/."""
    pages = {path: page for path, page in TOP.items() if path.endswith(".md") and (ROOT / path).is_file()}
    for folder in ("scorers", "translators"):
        pages |= {
            f"{folder}/{path.name}": f"{folder}/{path.name}"
            for path in sorted((ROOT / folder).glob("*.md"))
            if not path.name.startswith("NOTICE")
        }
    pages |= {
        f"suites/{path.parent.name}/{path.name}": f"suites/{path.parent.name}.md"
        for path in sorted((ROOT / "suites").glob("*/DATASHEET.md"))
    }
    return pages


def _made() -> dict[str, Callable[[], str]]:
    """Return page -> what writes it, for pages without a document."""
    pages: dict[str, Callable[[], str]] = {
        "reference/commands.md": _commands, "reference/python.md": _python, "reference/settings.md": _settings,
    }  # fmt: skip
    for path in sorted((ROOT / "docs/schema").glob("*.schema.json")):
        pages[f"schemas/{path.name.split('.')[0]}.md"] = lambda path=path: _schema(path)
    return pages


def _in_folder(folder: str) -> dict[str, Path | None]:
    """Return page -> its document (None: made here) for the pages of a nav folder, in order."""
    pages: dict[str, Path | None] = {page: ROOT / path for path, page in _copied().items()}
    pages |= dict.fromkeys(_made())
    pages |= {f"rules/{path.name}": path for path in sorted((ROOT / "docs/rules").glob("*.md"))}
    return {page: path for page, path in pages.items() if page.startswith(f"{folder}/")}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the folders of the nav, and add what it does not name."""
    named: set[str] = set()
    absent = {page for path, page in TOP.items() if not (ROOT / path).is_file()}

    def filled(item: Any) -> Any:
        if isinstance(item, dict):
            return {title: filled(below) for title, below in item.items()}
        if isinstance(item, list):
            there = (
                each for each in item if not (isinstance(each, dict) and absent.intersection(map(str, each.values())))
            )
            return [filled(each) for each in there]
        if item.endswith("/"):
            pages = [f"{item}index.md", *_in_folder(item[:-1])]
            named.update(pages)
            return pages
        named.add(item)
        return item

    config.nav = [filled(item) for item in config.nav or []]
    docs = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    if more := sorted((docs | set(_copied().values())) - named - {"example/summary.md"}):
        config.nav.append({"More": more})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand outside docs/ or are made."""
    for path, page in _copied().items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / path)))
    for page, write in _made().items():
        files.append(File.generated(config, page, content=write()))
    for folder, (title, purpose) in FOLDERS.items():
        lines = [f"# {title}", "", purpose, ""]
        for page, path in _in_folder(folder).items():
            name = page.removeprefix(f"{folder}/")
            lines.append(f"* [{_title(path) if path else name.removesuffix('.md')}]({name})")
        files.append(File.generated(config, f"{folder}/index.md", content="\n".join(lines) + "\n"))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Mend links and lists of a document written for the repository."""
    del config
    pages = _copied()
    source = next((path for path, uri in pages.items() if uri == page.file.src_uri), f"docs/{page.file.src_uri}")
    folder = posixpath.dirname(source)

    def link(found: re.Match[str]) -> str:
        text, target, anchor = found[1], found[2], found[3] or ""
        if re.match(r"[a-z]+:", target) or not target:
            return found[0]
        path = posixpath.normpath(posixpath.join(folder, target))
        uri = _page(path, pages)
        if path.removesuffix(".py").replace("/", ".") in MODULES:
            anchor = f"#{path.removesuffix('.py').replace('/', '.')}"
        if uri is None or files.get_file_from_path(uri) is None:
            # Not on the site: its name is enough to find it in the repository. What is nowhere, MkDocs warns of.
            return text[1:-1] if (ROOT / path).exists() else found[0]
        return f"{text}({posixpath.relpath(uri, posixpath.dirname(page.file.src_uri) or '.')}{anchor})"

    made = page.file.src_uri in _made()
    return markdown if made else "\n".join(_lists(re.sub(r"(!?\[[^\]]*\])\(([^)#\s]*)(#[^)\s]*)?\)", link, markdown)))


def _page(path: str, pages: dict[str, str]) -> str | None:
    """Return the page of a path of the repository."""
    if path in pages or path in TOP:
        return pages.get(path) or TOP[path]
    if path.startswith("conf"):
        return "reference/settings.md"
    if path.removesuffix(".py").replace("/", ".") in MODULES:
        return "reference/python.md"
    folder = {"docs/schema": "schemas", "docs/rules": "rules"}.get(path, path)
    if folder in FOLDERS:
        return f"{folder}/index.md"
    if found := re.fullmatch(r"docs/schema/(\w+)\.schema\.json", path):
        return f"schemas/{found[1]}.md"
    return path.removeprefix("docs/") if path.startswith("docs/") else None


def _lists(markdown: str) -> Iterator[str]:
    """Write lists as Python-Markdown reads them: a blank line before, and four spaces for what belongs to an item."""
    width, fenced, before = 0, False, ""
    for line in markdown.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        marker = re.match(r"(?:[*-]|\d+\.) +", line)
        if not fenced and marker:
            if not width and before.strip():
                yield ""
            width = len(marker[0])
        elif line.strip() and not line.startswith(" "):
            width = 0
        indent = len(line) - len(line.lstrip(" "))
        deep = " " * (indent // width * 4 + indent % width) if width and indent >= width else line[:indent]
        yield deep + line[indent:]
        before = line


def _title(path: Path) -> str:
    """Return a document's first heading."""
    return path.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")


def _commands() -> str:
    from culturefit.cli import COMMANDS

    parts = ["# Commands", "", "What `culturefit COMMAND --help` prints.", ""]
    for name, purpose in COMMANDS.items():
        start = [sys.executable, "-c", "from culturefit.cli import main; main()", name, "--help"]
        done = subprocess.run(start, capture_output=True, text=True, check=True, env=os.environ | {"COLUMNS": "96"})
        parts += [
            f"## {name}",
            "",
            f"{purpose[0].upper()}{purpose[1:]}.",
            "",
            "```text",
            done.stdout.rstrip(),
            "```",
            "",
        ]
    return "\n".join(parts)


def _python() -> str:
    parts = [
        "# Python",
        "",
        "What is named here is public. It is read from the docstrings, without importing anything.",
        "",
    ]
    return "\n".join([*parts, *(f"::: {module}\n" for module in MODULES)])


def _settings() -> str:
    paths = [ROOT / "conf/config.yaml", *sorted((ROOT / "conf").rglob("*/*.yaml"))]
    parts = [
        "# Settings",
        "",
        "Every setting with its meaning, as the files of `conf/` say it. `key=value` overrides one.",
        "",
    ]
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        parts += [f"## {name}", "", "```yaml", path.read_text(encoding="utf-8").rstrip(), "```", ""]
    return "\n".join(parts)


def _schema(path: Path) -> str:
    """Return a page of tables: the file's own fields, then each part it holds."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    kind = path.name.split(".")[0]
    parts = [
        f"# {kind}",
        "",
        schema.get("description", ""),
        "",
        f"The JSON Schema itself: `culturefit schema {kind}`.",
        "",
    ]
    said = _comments()
    parts += _fields(schema, said)
    for name, part in schema.get("$defs", {}).items():
        title = name.lstrip("_")
        parts += [f"## {title} {{: #{name.lower()} }}", "", part.get("description", ""), "", *_fields(part, said)]
        if "enum" in part:
            parts += ["One of " + ", ".join(f"`{value}`" for value in part["enum"]) + ".", ""]
    return "\n".join(parts)


def _comments() -> dict[tuple[str, str], str]:
    """Return (class, field) -> the `#:` comment above the field, which says its meaning where the schema has none."""
    found: dict[tuple[str, str], str] = {}
    for path in (ROOT / "culturefit/schema").glob("*.py"):
        name, comment = "", ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if start := re.match(r"class (\w+)", line):
                name = start[1]
            if said := re.match(r"    #: (.*)", line):
                comment = f"{comment} {said[1]}".strip()
            else:
                if comment and (field := re.match(r"    (\w+?)_?:", line)):
                    found[name, field[1]] = comment
                comment = ""
    return found


def _fields(schema: dict[str, Any], said: dict[tuple[str, str], str]) -> list[str]:
    if "properties" not in schema:
        return []
    lines = ["| field | type | needed | meaning |", "|---|---|---|---|"]
    for name, field in schema["properties"].items():
        needed = "yes" if name in schema.get("required", ()) else ""
        meaning = field.get("description") or said.get((schema.get("title", ""), name), "")
        meaning = " ".join(meaning.split()).replace("|", "\\|")
        lines.append(f"| `{name}` | {_type(field)} | {needed} | {meaning} |")
    return [*lines, ""]


def _type(field: dict[str, Any]) -> str:
    """Return a field's type in words, with a link where it is a part of its own."""
    several = field.get("anyOf") or field.get("oneOf") or ()
    plain = {"string": "text", "integer": "whole number", "object": "fields"}
    kind = field.get("type", "any")
    told = " or ".join(map(_type, several)) or plain.get(kind, kind)
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        told = f"[{name.lstrip('_')}](#{name.lower()})"
    elif "const" in field:
        told = f"`{json.dumps(field['const'])}`"
    elif "enum" in field:
        told = ", ".join(f"`{value}`" for value in field["enum"])
    elif kind == "array":
        told = f"list of {_type(field.get('items', {}))}"
    elif kind == "object" and isinstance(field.get("additionalProperties"), dict):
        told = f"map to {_type(field['additionalProperties'])}"
    return told
