"""XLIFF 1.2, the version that Weblate, OmegaT and Poedit all read.

A unit is a `trans-unit` with its id, `xml:space="preserve"` because a cue carries the space that joins it, and the slot as
plain text. Read with the parser of the standard library; a document type, and with it any entity, is refused.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET
from xml.parsers import expat

from culturefit.errors import SuiteError
from culturefit.exchange.sheet import Sheet, Unit, base_in, decoded, person

__all__ = ["read", "write"]

_NS = "urn:oasis:names:tc:xliff:document:1.2"
_IN = f"{{{_NS}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DONE = {"translated": True, "final": True, "signed-off": True, "new": False}
_MAX_DEPTH = 40


def write(sheet: Sheet) -> bytes:
    """Return the sheet as an XLIFF file."""
    root = ET.Element("xliff", {"version": "1.2", "xmlns": _NS})
    file = ET.SubElement(root, "file", {
        "original": sheet.suite, "source-language": sheet.source_locale, "target-language": sheet.locale, "datatype": "plaintext",
    })  # fmt: skip
    header = ET.SubElement(file, "header")
    if sheet.translator:
        group = ET.SubElement(header, "phase-group")
        ET.SubElement(
            group, "phase", {"phase-name": "t", "process-name": "translation", "contact-name": sheet.translator}
        )
    if sheet.canary:
        ET.SubElement(header, "note").text = sheet.canary
    body = ET.SubElement(file, "body")
    for unit in sheet.units:
        node = ET.SubElement(body, "trans-unit", {"id": unit.id, "resname": unit.id, _SPACE: "preserve"})
        ET.SubElement(node, "source").text = unit.source
        if unit.target:
            state = {True: {"state": "translated"}, False: {"state": "needs-review-translation"}, None: {}}[unit.done]
            ET.SubElement(node, "target", state).text = unit.target
        if unit.note:
            ET.SubElement(node, "note", {"from": "developer"}).text = unit.note
    text = ET.tostring(root, encoding="unicode").replace("\r", "&#13;")
    # One unit a line, for people who compare versions; nothing inside a unit is touched.
    for tag in ("<file ", "<header", "<body", "<trans-unit ", "</body>", "</file>", "</xliff>"):
        text = text.replace(tag, "\n" + tag)
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}\n'.encode()


def read(path: Path, raw: bytes) -> Sheet:
    """Read an XLIFF 1.2 file.

    Raises:
        SuiteError: not UTF-8, not XML, not XLIFF 1.2, or with tags in a text.
    """
    tree = _Tree(path)
    root = tree.parse(decoded(path, raw))
    if root.tag != f"{_IN}xliff":
        other = "XLIFF of another version" if root.tag.endswith("}xliff") else f"<{_plain(root.tag)}>"
        raise SuiteError(f"is {other}, not XLIFF 1.2; save it as XLIFF 1.2", path=str(path), line=1)
    files = root.findall(f"{_IN}file")
    heads = {(each.get("original"), each.get("source-language"), each.get("target-language")) for each in files}
    if len(heads) != 1:
        raise SuiteError(
            f"holds {len(heads)} files of different suites or locales; import one at a time", path=str(path), line=1
        )
    suite, source, target = next(iter(heads))
    names = [person(phase.get("contact-name")) for phase in root.iter(f"{_IN}phase")]
    units = [tree.unit(node) for node in root.iter(f"{_IN}trans-unit")]
    return Sheet(suite or "", source or "", target or "", units, next(filter(None, reversed(names)), None))


def _clark(tag: str) -> str:
    """Return a name as ElementTree writes it: {namespace}name."""
    return f"{{{tag}" if "}" in tag else tag


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


class _Tree:
    """A tree whose elements know their lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[ET.Element, int] = {}
        self.builder = ET.TreeBuilder()
        self.depth = 0

    def parse(self, text: str) -> ET.Element:
        # The encoding is settled by the time we are here; what the file says of it is not asked again.
        parser = expat.ParserCreate("utf-8", "}")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: self.start(parser.CurrentLineNumber, tag, attributes)
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.builder.data
        parser.StartDoctypeDeclHandler = lambda *_: self.refuse(
            parser.CurrentLineNumber, "has a document type, which may hide entities; remove it"
        )
        try:
            parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            raise SuiteError(
                f"is not well-formed XML: {expat.ErrorString(error.code)}; export it again from the tool",
                path=str(self.path), line=error.lineno,
            ) from None  # fmt: skip
        return self.builder.close()

    def refuse(self, line: int, message: str, field: str = "") -> None:
        raise SuiteError(message, path=str(self.path), line=line, field=field)

    def start(self, line: int, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.refuse(line, f"is nested deeper than {_MAX_DEPTH} levels; is it a translation file?")
        self.lines[self.builder.start(_clark(tag), attributes)] = line

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(_clark(tag))

    def unit(self, node: ET.Element) -> Unit:
        line, name = self.lines[node], node.get("id") or ""
        target = node.find(f"{_IN}target")
        done = None
        if target is not None:
            state = target.get("state", "")
            done = True if node.get("approved") == "yes" else False if state.startswith("needs-") else _DONE.get(state)
            line = self.lines[target]
        notes = " ".join("".join(note.itertext()) for note in node.iterfind(f"{_IN}note"))
        source, text = (self.text(node.find(f"{_IN}{tag}"), name) for tag in ("source", "target"))
        return Unit(name, source, text, done, base_in(notes), notes, line)

    def text(self, node: ET.Element | None, name: str) -> str:
        """Return the text of a source or target; tools may mark spans, but there is nothing a tag could stand for."""
        if node is None:
            return ""
        for inner in node.iter():
            if inner is not node and inner.tag not in (f"{_IN}mrk", f"{_IN}g"):
                tag = _plain(inner.tag)
                self.refuse(
                    self.lines[inner], f"holds the tag <{tag}>; these texts are plain, write the words themselves", name
                )
        return "".join(node.itertext())
