"""The command line: finds the subcommand and imports only that."""

from __future__ import annotations

import errno
import keyword
import os
import sys
from importlib import import_module

__all__ = ["COMMANDS", "main"]

#: name -> what it does, one line; each is a module of this package with main(argv) -> exit code; `import_` for import.
COMMANDS = {
    "run": "ask a model the prompts of a suite, score the replies, write the gap report",
    "score": "score replies that come from elsewhere (JSONL, CSV or Parquet)",
    "erase": "take conversations out of files of transcripts and of their scores",
    "report": "make the report of finished runs again, also of several in one",
    "compare": "compare two runs of the same samples: what got better, what got worse",
    "check": "hold a run against a policy: exit codes, JUnit, SARIF and Markdown for CI",
    "power": "how many scenarios a gap needs, or how small a gap a number of scenarios shows",
    "agree": "how far raters agree, corrected for chance",
    "calibrate": "a judge's verdicts beside people's on the same replies",
    "review": "write the page on which people read replies, offline, in their language",
    "lint": "check suite files: file, line, field, remedy",
    "show": "print a case in all its locales, or its criteria as a rubric",
    "list": "list suites, locales, scorers, models or translators",
    "new": "start a case, a scenario, a locale pack or a crisis line",
    "translate": "draft the renderings a suite does not have with a translation engine, for people to finish",
    "export": "write a suite as a datasets folder, or a locale as XLIFF, PO or CSV for translators",
    "import": "bring a translator's XLIFF, PO or CSV back into the suite",
    "serve": "offer a configured model as an OpenAI-compatible endpoint on this machine",
    "fetch": "fetch the embedded model's weights once",
    "schema": "print or write the JSON Schema of the suite files",
}

#: No space, quota, a limit on the size of files, a faulty device, a read-only file system.
_NO_ROOM = {getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS") if hasattr(errno, name)}
_LONGEST = 6000


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code; an error is one sentence on stderr."""
    from culturefit.errors import CulturefitError
    from culturefit.plain import plain

    try:
        code = _command(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except CulturefitError as error:
        sys.stderr.write(plain(_short(str(error))) + "\n")
        code = error.exit_code
    except (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError) as error:
        told = f"'{error.filename}': {error.strerror}; check that it exists and may be read and written.\n"
        sys.stderr.write(plain(told))
        code = 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        code = 130
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); nothing is wrong. Python would complain once more at exit.
        _close_stdout()
        code = 0
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        # Also what waits in the buffer has nowhere to go, and Python would complain about it at exit.
        _close_stdout()
        where = f"'{error.filename}'" if error.filename else "The output"
        sys.stderr.write(
            plain(f"{where} cannot be written ({error.strerror}); free the disk and run the same command again.\n")
        )
        code = 1
    return code


def _close_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _short(text: str) -> str:
    """Return a message of which somebody's file has chosen a part, not longer than a screen or two."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"


def _command(args: list[str]) -> int:
    from culturefit.errors import unknown

    if not args or args[0] in ("-h", "--help", "help"):
        sys.stdout.write(_help())
        return 0 if args else 2
    if args[0] in ("-V", "--version"):
        from culturefit import __version__

        sys.stdout.write(f"culturefit {__version__}\n")
        return 0
    if args[0] not in COMMANDS:
        raise unknown("command", args[0], COMMANDS)
    module = args[0] + "_" * keyword.iskeyword(args[0])
    return int(import_module(f"culturefit.cli.{module}").main(args[1:]))


def _help() -> str:
    lines = "\n".join(f"  {name:<9} {text}" for name, text in COMMANDS.items())
    return (
        "culturefit: does a chatbot's reply fit this person's language and culture?\n\n"
        f"usage: culturefit COMMAND …\n\n{lines}\n\n"
        "culturefit COMMAND --help says more. First steps: culturefit fetch embedded, then culturefit run.\n"
        "A good score does not say that a chatbot is safe to offer to people in distress.\n"
    )
