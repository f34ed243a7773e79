"""What all commands share: the option for the project's folder, and how failures are told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from shoulders.project import Project
    from shoulders.readers import Bibliography

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Group(click.Group):
    """A group that names the command one probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, or a failure that says which one was near."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from shoulders.problems import expected

            ctx.fail(expected("a command", args[0], self.list_commands(ctx)))


def _root(context: click.Context, parameter: click.Parameter, value: str) -> Path:
    del context, parameter
    root = Path(value).resolve()
    if not (root / "data").is_dir():
        raise click.BadParameter(f"expected a folder that holds data/, got '{root}'")
    return root


root_option = click.option(
    "--root",
    default=".",
    callback=_root,
    help="The project's folder, which holds data/ and mkdocs.yml.  [default: this folder]",
)


class Stages:
    """Tells on standard error of the stages of a build: a line when each is done, and at a terminal how far it is."""

    def __init__(self) -> None:
        self._at_terminal = sys.stderr.isatty()

    def report(self, line: str) -> None:
        """A stage is done."""
        click.echo(f"\r\033[K{line}" if self._at_terminal else line, err=True)

    def progress(self, name: str, number: int, count: int) -> None:
        """So many of so many parts of a stage are done; none of none when it begins."""
        if self._at_terminal:
            click.echo(f"\r\033[K  {name:<9} {f'{number / count:6.0%}' if count else '     …'}", err=True, nl=False)

    def clear(self) -> None:
        """Nothing stays of a stage that was begun."""
        if self._at_terminal:
            click.echo("\r\033[K", err=True, nl=False)


@contextmanager
def waiting(name: str) -> Iterator[Callable[[int, int], None]]:
    """Tell at a terminal how far something is that may take a while, by what is given: so many of so many parts."""
    stages = Stages()
    stages.progress(name, 0, 0)
    try:
        yield partial(stages.progress, name)
    finally:
        stages.clear()


class told_failures:
    """Our own exceptions become a message and exit code 1; others are bugs and keep their traceback."""

    def __init__(self, *, problems: bool = False) -> None:
        self.problems = problems  # whether problems of the data are told here too

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        from shoulders.export import ExportError
        from shoulders.problems import ProblemsError, format_text, visible
        from shoulders.settings import SettingsError
        from shoulders.stages import BuildError
        from shoulders.stamp import StampError
        from shoulders.workers import WorkerLost

        if self.problems and isinstance(error, ProblemsError):
            click.echo(format_text(error.problems), nl=False, err=True)
            click.echo(f"{problem_count(error.problems)}; nothing was written", err=True)
            sys.exit(1)
        if isinstance(error, BuildError | ExportError | StampError | SettingsError | WorkerLost):
            click.echo("\n".join(visible(line) for line in f"shoulders: {error}".split("\n")), err=True)
            sys.exit(1)


def opened(root: Path, *, stale_links: bool = False) -> Project:
    """The project that `open_project` gives; at a terminal, how far it is read is told meanwhile."""
    from shoulders.project import open_project

    with waiting("check") as done:
        return open_project(root, stale_links=stale_links, done=done)


def read_bibliography(file: Path, parameter: str) -> Bibliography:
    """A bibliography or reading list that somebody names.

    Raises:
        click.BadParameter: when it is none; with `parameter`, what it was named for.
    """
    from shoulders import readers
    from shoulders.problems import visible
    from shoulders.textfile import TextError, read_text

    try:
        return readers.read(read_text(file), file.name)
    except TextError as error:
        raise click.BadParameter(f"{file}:{error.line}: {visible(error.message)}", param_hint=parameter) from None
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{file}: {visible(str(error))}", param_hint=parameter) from None


def problem_count(problems: Sequence[object]) -> str:
    """How many problems, in words."""
    return f"{len(problems)} problem{'s' * (len(problems) != 1)}"
