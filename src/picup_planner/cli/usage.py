"""The words of the command line itself: which language, help texts, commands that were not understood."""

import gettext
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from picup_planner.errors import Mistake, PicupError
from picup_planner.messages import DOMAIN, FOLDER, FRENCH, LANGUAGES, Words

NOT_UNDERSTOOD: type[Exception] = typer.BadParameter.__mro__[1]
"""Root of what typer refuses, which it does not name in public."""


class WrongUsage(PicupError):
    """A command line that asks for something that does not exist."""


def spoken(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the language of the reader, and the command line without the `--lang` it may hold anywhere.

    Raises
    ------
    WrongUsage
        When the language is none we speak.
    """
    language, others = environment.get("PICUP_LANG", FRENCH), []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            others += [argument, *remaining]
        elif argument == "--lang":
            language = next(remaining, "")
        elif argument.startswith("--lang="):
            language = argument.removeprefix("--lang=")
        else:
            others.append(argument)
    if language not in LANGUAGES:
        raise WrongUsage(Mistake("usage-language", {"value": language, "known": ", ".join(LANGUAGES)}))
    return language, others


def translated(command: Any, words: Words) -> Any:  # noqa: ANN401  typer hides the classes of its commands
    """Put sentences in place of the message ids of a command's help, its options' and its subcommands'."""
    _speak_typer(words)
    command.help = words(command.help) if command.help else None
    command.short_help = words(command.short_help) if command.short_help else None
    command.epilog = words(command.epilog) if command.epilog else None
    option = command.get_help_option(typer.Context(command))
    for parameter in (option, *command.params):
        parameter.help = words("help-help" if parameter is option else parameter.help)
        parameter.metavar = parameter.metavar and words(parameter.metavar)
    for each in getattr(command, "commands", {}).values():
        translated(each, words)
    if hasattr(command, "commands"):
        command.subcommand_metavar = words("help-subcommand")
    return command


def _speak_typer(words: Words) -> None:
    """Make typer's own few words (Options, default...) those of the language: it asks gettext's default domain."""
    os.environ["LANGUAGE"] = words.language
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)


def refusal(error: Any, words: Words) -> str:  # noqa: ANN401  typer hides the classes of what it raises
    """Sentence for a command line that typer refuses."""
    context = error.ctx
    command = context.command_path if context else "picup"
    return f"{_refused(error, words)} {words('usage-try-help', command=command)}"


def _refused(error: Any, words: Words) -> str:  # noqa: ANN401  as above
    message = error.format_message()
    if option := getattr(error, "option_name", ""):
        unknown = type(error).__name__ == "NoSuchOption"
        return words("usage-no-such-option" if unknown else "usage-bad-option", option=option)
    if parameter := getattr(error, "param", None):
        missing = type(error).__name__ == "MissingParameter"
        return words(
            "usage-missing" if missing else "usage-bad-value", parameter=parameter.metavar or parameter.opts[0]
        )
    if extra := re.fullmatch(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", message):
        return words("usage-unexpected", value=extra[1])
    return str(message)
