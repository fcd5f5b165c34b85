"""``autograder watch``: an answer after every save."""

from __future__ import annotations

from contextlib import closing, suppress

from autograder.doors.commands.terminal import Language, Notebook, Unconfined, console, for_learners


def watch(notebook: Notebook, *, language: Language = "", unconfined: Unconfined = False) -> None:
    """Check a notebook each time you save it, until you press Ctrl-C.

    Keep this running in a terminal while you work in Jupyter. It runs the notebook once; from then on a kernel waits
    at the question that you are working on. Save, and the answer to that question is there at once, unless a network
    has to be trained first; the questions below it follow. Points and feedback are those of `autograder check`.

    Exits 0 when you end it, 2 when the file cannot be used. When the file breaks or goes away later, it is waited for.
    """
    with suppress(KeyboardInterrupt), for_learners(language):  # Ctrl-C is how this ends
        from autograder.doors.commands.watch_display import WatchDisplay
        from autograder.running.saves import saves_of
        from autograder.running.watching import Watching

        watching = Watching(notebook, confined=not unconfined)
        with (
            saves_of(notebook) as saves,
            closing(watching.events(saves)) as events,
            WatchDisplay(console, notebook.name, language) as display,
        ):
            for event in events:
                display.note(event)
