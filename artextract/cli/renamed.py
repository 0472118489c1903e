"""Words that commands had in an earlier version: they work for one version more, with a note."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from artextract.cli.options import BASICS
from artextract.cli.output import be_quiet, note

OPTIONS = {"--fresh": "--overwrite", "--resume": None}  # None: what is done anyway
COMMANDS = {"score": "typicality"}


class Command(TyperCommand):
    """A command that knows the old names of its options, and ``--quiet`` wherever it stands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        words = []
        for word in args[:end]:
            if word in ("--quiet", "-q"):
                be_quiet()
            elif word in OPTIONS and "--overwrite" in self._names():
                today = OPTIONS[word]
                note(f"{word} is now called {today}" if today else f"{word} is what is done anyway")
                words += [today] if today else []
            else:
                words.append(word)
        return super().parse_args(ctx, words + args[end:])

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)
        # Beside options in panels of their own, the others are in one too, --help among them.
        if any(getattr(option, "rich_help_panel", None) for option in params):
            for option in params:
                option.rich_help_panel = getattr(option, "rich_help_panel", None) or BASICS
        return params

    def _names(self) -> set[str]:
        return {name for parameter in self.params for name in parameter.opts}


class Group(TyperGroup):
    """The commands, by their old names too."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        today = COMMANDS.get(args[0]) if args else None
        if today:
            note(f"the command {args[0]} is now called {today}")
            args = [today, *args[1:]]
        return super().resolve_command(ctx, args)
