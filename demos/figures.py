"""How figures of demos look: vector only, legible in light and dark, the same bytes for the same data.

Holds drawing, never a measurement. matplotlib is imported when something is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#24292f"
"""The colour of text and axes; the site puts a light one in its place on dark pages."""
COLOURS = ("#3b7dd8", "#d9822b", "#2a9d6f", "#b65fcf", "#d1495b", "#8a7f00")
"""Told apart by most colour-blind readers and visible on white and on black."""


def new(width: float = 6.4, height: float = 3.6, columns: int = 1, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure of so many inches, and its axes row by row."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    matplotlib.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "shoulders",
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "legend.frameon": False,
        }
    )
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots(rows, columns, squeeze=False)
    return figure, list(axes.flat)


def heatmap(
    axes: Axes, weights: Sequence[Sequence[float]], rows: Sequence[str], columns: Sequence[str], colour: int = 0
) -> None:
    """Draw weights in 0..1 as cells, the first row on top; weight 0 is transparent, 1 the full colour."""
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

    for y, row in enumerate(weights):
        for x, weight in enumerate(row):
            if weight >= 0.01:
                rgba = (*to_rgb(COLOURS[colour]), round(min(float(weight), 1.0), 2))
                axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=rgba, edgecolor="none"))
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), columns, rotation=90 if max(map(len, columns), default=0) > 2 else 0)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.set_aspect("equal")


def save(figure: Figure, path: Path) -> None:
    """Write the figure as SVG with its text as text, and no background, date or producer."""
    none = dict.fromkeys(["Date", "Creator", "Format", "Type"])
    figure.savefig(path, format="svg", transparent=True, metadata=none)
