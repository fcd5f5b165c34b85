"""A benchmark's plot: time per submission, by stock nbgrader and here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.doors.bench import figures as names

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.doors.bench.figures import Figures

_ROWS = {
    names.AGAIN: ("nothing changed,\nautograder grade", "tab:blue"),
    names.NEW: ("every fit new,\nautograder grade", "tab:blue"),
    names.NEW_STOCK: ("every fit new,\nstock nbgrader", "tab:gray"),
    names.CLASS: ("a class,\nautograder grade", "tab:blue"),
    names.STOCK: ("a class (sample),\nstock nbgrader", "tab:gray"),
}
"""From the bottom up."""


def draw(figures: Figures, path: Path) -> None:
    """Writes it as SVG: the same figures give the same file."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    shown = [(figures.phases[name], *row) for name, row in _ROWS.items() if name in figures.phases]
    labels, colours = [label for _, label, _ in shown], [colour for _, _, colour in shown]
    sides = {
        "wall time": [phase.seconds_each for phase, _, _ in shown],
        "processor time of the whole machine": [phase.processor_seconds_each for phase, _, _ in shown],
    }
    with mpl.rc_context({"svg.hashsalt": "autograder", "svg.fonttype": "none"}):
        figure = Figure(figsize=(10, 0.7 + 0.65 * len(shown)), layout="constrained")
        for axes, (title, values) in zip(figure.subplots(1, 2, sharey=True), sides.items(), strict=True):
            # Points, not bars: on a logarithmic scale a bar's length says nothing.
            axes.scatter(values, labels, color=colours, s=60)
            for label, value in zip(labels, values, strict=True):
                axes.annotate(f"{value:.3g} s", (value, label), (8, 0), textcoords="offset points", va="center")
            axes.set_xscale("log")
            axes.set_xlim(min(values) / 1.5, 4 * max(values))  # room for the labels
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter("")
            axes.set_axisbelow(True)
            axes.grid(alpha=0.3)
            axes.margins(y=0.15)
            axes.set_title(title, fontsize="medium")
            axes.set_xlabel("seconds per submission (logarithmic)")
            axes.spines[["top", "right"]].set_visible(False)
        figure.suptitle(f"Grading {figures.settings.get('assignment', '')}, {_class(figures)}", fontsize="medium")
        figure.savefig(path, format="svg", metadata={"Date": None})


def _class(figures: Figures) -> str:
    return f"{sum(figures.kinds.values())} learners, {figures.machine.get('cores', '?')} cores"
