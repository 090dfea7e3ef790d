"""`culturefit completion SHELL`: the script with which bash, zsh or fish complete commands, options and settings."""

from __future__ import annotations

import argparse
import keyword
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module, resources

__all__ = ["Words", "main", "words_of"]

#: What `culturefit run` takes from Hydra; the command has no parser of its own.
_HYDRA = {
    "--multirun": "a sweep: one job per combination", "-m": "a sweep: one job per combination",
    "--cfg": "show the configuration, run nothing", "--config-dir": "a folder of your own configs", "--help": "say more",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """What may stand after a command.

    Attributes:
        options: option -> its help, one line.
        choices: option -> the values it takes, where they are few.
        plain: words without dashes: subcommands, choices of arguments, settings (`model=`, `model=embedded`).
    """

    options: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    plain: list[str] = field(default_factory=list)


def main(argv: Sequence[str]) -> int:
    """Print the script; it asks nothing of culturefit later, so make it again after an update."""
    from culturefit.cli import COMMANDS
    from culturefit.cli.shells import SHELLS

    parser = argparse.ArgumentParser(
        prog="culturefit completion", description=__doc__,
        epilog="For zsh the file is _culturefit in a folder of $fpath. Examples: "
        "culturefit completion bash > ~/.local/share/bash-completion/completions/culturefit; "
        "culturefit completion fish > ~/.config/fish/completions/culturefit.fish",
    )  # fmt: skip
    parser.add_argument("shell", choices=sorted(SHELLS))
    options = parser.parse_args(argv)
    sys.stdout.write(SHELLS[options.shell](COMMANDS, {name: words_of(name) for name in COMMANDS}))
    return 0


def words_of(command: str) -> Words:
    """Return what may stand after a command, from its own parser."""
    if command == "run":
        return Words(dict(_HYDRA), {"--cfg": ["job", "hydra", "all"]}, _settings())
    words = Words()
    _gather(_parser_of(command), words)
    return words


def _gather(parser: argparse.ArgumentParser, words: Words) -> None:
    for action in parser._actions:  # there is no public way to a parser's arguments
        if isinstance(action, argparse._SubParsersAction):
            words.plain.extend(action.choices)
            for below in action.choices.values():
                _gather(below, words)
        elif action.option_strings:
            about = " ".join((action.help or "").replace("%%", "%").split())
            words.options.update(dict.fromkeys(action.option_strings, about))
            if action.choices:
                words.choices.update({name: [str(each) for each in action.choices] for name in action.option_strings})
        elif action.choices:
            words.plain.extend(str(each) for each in action.choices)
        elif action.metavar == "KEY=VALUE":
            words.plain.extend(_settings())


class _Found(Exception):  # noqa: N818 - not an error
    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


@contextmanager
def _parsing_stopped() -> Iterator[None]:
    """Let every parser hand itself over instead of parsing: each command makes its own inside `main`."""

    def stop(self: argparse.ArgumentParser, *_: object) -> None:
        raise _Found(self)

    names = ("parse_known_args", "parse_known_intermixed_args")
    before = {name: getattr(argparse.ArgumentParser, name) for name in names}
    for name in names:
        setattr(argparse.ArgumentParser, name, stop)
    try:
        yield
    finally:
        for name, method in before.items():
            setattr(argparse.ArgumentParser, name, method)


def _parser_of(command: str) -> argparse.ArgumentParser:
    module = import_module(f"culturefit.cli.{command}{'_' * keyword.iskeyword(command)}")
    try:
        with _parsing_stopped():
            module.main([])
    except _Found as found:
        return found.parser
    raise AssertionError(f"culturefit {command} has no parser")


def _settings() -> list[str]:
    """Return `group=option` for every file of conf/, and `key=` for the settings of config.yaml, in its order."""
    import yaml

    root = resources.files("culturefit.conf")
    groups = sorted(entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("_"))
    options = [
        f"{group}={file.name.removesuffix('.yaml')}"
        for group in groups
        for file in sorted(root.joinpath(group).iterdir(), key=lambda each: each.name)
        if file.name.endswith(".yaml")
    ]
    config = yaml.safe_load(root.joinpath("config.yaml").read_text(encoding="utf-8"))
    keys = [key for key in config if key not in ("defaults", "hydra", *groups)]
    nested = [f"{key}.{below}=" for key in keys if isinstance(config[key], dict) for below in config[key]]
    return [*options, *(f"{key}=" for key in keys if not isinstance(config[key], dict)), *nested]
