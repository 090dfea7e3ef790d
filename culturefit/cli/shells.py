"""Completion scripts: fixed text for each shell, which asks nothing of culturefit when a key is pressed."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from culturefit.cli.completion import Words

__all__ = ["SHELLS"]

# Bash takes `=` for the end of a word, so the word under the cursor is read from the line, and what stands before its last
# `=` is taken from the replies again. Where nothing fits, files are offered (-o default). Bash 3.2 of macOS reads it too.
_BASH = """\
# bash completion of culturefit, made by `culturefit completion bash`
_culturefit() {{
  local line=${{COMP_LINE:0:COMP_POINT}} words="" options="" current previous
  local -a typed
  read -ra typed <<< "$line"
  current=${{line##*[[:space:]]}}
  [[ -n $current ]] && unset "typed[${{#typed[@]}}-1]"
  previous=${{typed[${{#typed[@]}}-1]}}
  COMPREPLY=()
  if (( ${{#typed[@]}} < 2 )); then
    words={commands}
  else
    case "${{typed[1]}} $previous" in
{values}
      *)
        case "${{typed[1]}}" in
{cases}
        esac
        [[ $current == -* ]] && words=$options ;;
    esac
  fi
  COMPREPLY=( $(compgen -W "$words" -- "$current") )
  [[ ${{#COMPREPLY[@]}} == 1 && ${{COMPREPLY[0]}} == *= ]] && compopt -o nospace 2>/dev/null
  if [[ $current == *=* && $COMP_WORDBREAKS == *=* ]]; then
    COMPREPLY=( "${{COMPREPLY[@]#"${{current%=*}}="}}" )
  fi
}}
complete -o default -F _culturefit culturefit
"""

_ZSH = """\
#compdef culturefit
# zsh completion of culturefit, made by `culturefit completion zsh`
_culturefit() {{
  local -a commands options plain
  if (( CURRENT == 2 )); then
    commands=({commands})
    _describe command commands
    return
  fi
  case "$words[2] $words[CURRENT-1]" in
{values}
  esac
  case $words[2] in
{cases}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe option options
  else
    local -a open=(${{(M)plain:#*=}}) whole=(${{plain:#*=}})
    compadd -a whole
    compadd -S '' -a open
    _files
  fi
}}
if [[ $funcstack[1] == _culturefit ]]; then _culturefit "$@"; else compdef _culturefit culturefit; fi
"""


def _bash(commands: Mapping[str, str], words: Mapping[str, Words]) -> str:
    values = [
        f"      {shlex.quote(f'{name} {option}')}) words={shlex.quote(' '.join(choices))} ;;"
        for name, each in words.items()
        for option, choices in each.choices.items()
    ]
    cases = [
        f"          {name}) options={shlex.quote(' '.join(each.options))} words={shlex.quote(' '.join(each.plain))} ;;"
        for name, each in words.items()
    ]
    return _BASH.format(commands=shlex.quote(" ".join(commands)), values="\n".join(values), cases="\n".join(cases))


def _zsh(commands: Mapping[str, str], words: Mapping[str, Words]) -> str:
    values = [
        f"    {shlex.quote(f'{name} {option}')}) compadd -- {shlex.join(choices)}; return ;;"
        for name, each in words.items()
        for option, choices in each.choices.items()
    ]
    cases = [
        f"    {name}) options=({_described(each.options)}); plain=({shlex.join(each.plain)}) ;;"
        for name, each in words.items()
    ]
    return _ZSH.format(commands=_described(commands), values="\n".join(values), cases="\n".join(cases))


def _described(items: Mapping[str, str]) -> str:
    """Return `name:meaning` words for zsh's _describe, where a colon parts the two."""
    return " ".join(shlex.quote(f"{name}:{about}" if about else name) for name, about in items.items())


def _fish(commands: Mapping[str, str], words: Mapping[str, Words]) -> str:
    lines = ["# fish completion of culturefit, made by `culturefit completion fish`"]
    for name, about in commands.items():
        lines.append(f"complete -c culturefit -n __fish_use_subcommand -f -a {name} -d {_fished(about)}")
    for name, each in words.items():
        start = f"complete -c culturefit -n {_fished(f'__fish_seen_subcommand_from {name}')}"
        for option, about in each.options.items():
            kind = "-l" if option.startswith("--") else "-s"
            takes = f" -x -a {_fished(' '.join(each.choices[option]))}" if option in each.choices else ""
            lines.append(f"{start} {kind} {option.lstrip('-')} -d {_fished(about)}{takes}")
        if each.plain:
            lines.append(f"{start} -a {_fished(' '.join(each.plain))}")
    return "\n".join(lines) + "\n"


def _fished(text: str) -> str:
    """Quote for fish, where a backslash escapes within single quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: dict[str, Callable[[Mapping[str, str], Mapping[str, Words]], str]] = {
    "bash": _bash, "fish": _fish, "zsh": _zsh,
}  # fmt: skip
