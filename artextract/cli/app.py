"""The commands together, and what becomes of an error: one line, and an exit code."""

from __future__ import annotations

import contextvars
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from artextract.cli import (
    collection,
    confusion,
    distillation,
    evaluation,
    exploration,
    label_issues,
    output,
    pipeline,
    training,
)
from artextract.cli.renamed import Command, Group
from artextract.store import StoreError

REFUSED = 2
INTERRUPTED, TERMINATED = 130, 143  # a shell's 128 + SIGINT, 128 + SIGTERM

app = typer.Typer(
    cls=Group,
    help="What a painting is, where the models go wrong, and which works stand out.",
    epilog="Exit codes: 0 done; 1 done, but a picture could not be read and was left out; "
    "2 nothing done, for the reason given in one line; 130 interrupted, or 143 ended by SIGTERM, "
    "and the same command goes on from there.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",  # which keeps [brackets] and fills lines
    context_settings={"help_option_names": ["--help", "-h"]},
)
_PANELS: dict[str, dict[str, Callable[..., None]]] = {
    "Collection": {"audit": collection.audit, "index": collection.index},
    "Networks": {
        "distill": distillation.distill,
        "train": training.train,
        "evaluate": evaluation.evaluate,
        "confusion": confusion.confusion,
        "predict": evaluation.predict,
    },
    "Oeuvres": {
        "embed": exploration.embed,
        "explore": exploration.explore,
        "typicality": exploration.typicality,
        "label-issues": label_issues.label_issues,
    },
    "All of it": {"run": pipeline.run, "demo": pipeline.demo, "app": pipeline.gallery},
}
for _panel, _commands in _PANELS.items():
    for _name, _command in _commands.items():
        app.command(_name, cls=Command, rich_help_panel=_panel)(_command)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"artextract {version('artextract')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help="Print results only; may stand after the command as well."
        ),
    ] = False,
    progress_file: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    if progress_file:  # for the process that reads it, see artextract.pipeline.background
        output.write_progress_to(progress_file)
    if quiet:
        output.be_quiet()
    if context.invoked_subcommand is None:
        context.get_help()
        print()


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; they are listed in the help."""
    with _terminable() as received:
        # What --quiet sets holds for this call alone.
        code = contextvars.copy_context().run(_main, argv)
    return TERMINATED if code == INTERRUPTED and received else code


def _main(argv: Sequence[str] | None) -> int:
    try:
        code = app(
            None if argv is None else list(argv), prog_name="artextract", standalone_mode=False
        )
    except StoreError as error:
        output.fail(error.what, error.command)
    except ValueError as error:
        output.fail(str(error))
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted()
    except OSError as error:
        reason = error.strerror or str(error)
        output.fail(f"{error.filename}: {reason}" if error.filename else reason)
    except Exception as error:
        if not _is_expected(error):
            output.record_failure(error)
            raise
    else:
        if code == INTERRUPTED:  # typer's answer to Ctrl-C, without a word
            return _interrupted()
        return code if isinstance(code, int) else 0
    return REFUSED


def _is_expected(error: Exception) -> bool:
    """Say what is wrong with the arguments or the machine; False for an error in the program."""
    # From click, or from typer's own copy of it: there is no class to name.
    if hasattr(error, "format_message"):
        context: Any = getattr(error, "ctx", None)
        output.fail(
            error.format_message().replace(": Value error,", ":").rstrip("."),
            f"{context.command_path} --help" if context else None,
        )
    elif type(error).__name__ == "OutOfMemoryError":  # torch's, which is not imported for this
        output.fail("the GPU's memory is full; try a smaller --batch-size or --image-size")
    else:
        return False
    return True


def _interrupted() -> int:
    output.fail(output.interruption())
    return INTERRUPTED


@contextmanager
def _terminable() -> Iterator[list[int]]:
    """Let SIGTERM end a command as Ctrl-C does: what it started ends too, what is done stays.

    Yields a list that is not empty once the signal has come.
    """
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return

    owner = os.getpid()

    def interrupt(*_: object) -> None:
        if os.getpid() != owner:  # in a process that loads pictures, a fork of this one
            os._exit(0)  # with another status PyTorch would raise an error of its own
        received.append(signal.SIGTERM)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: now it is being ended
        # Ctrl-C reaches the processes of a pool by itself; else their work would be waited for.
        for child in multiprocessing.active_children():
            child.terminate()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield received
    finally:
        signal.signal(signal.SIGTERM, before)
