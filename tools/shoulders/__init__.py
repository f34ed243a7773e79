"""Shoulders: one YAML catalog becomes a checked, bilingual site with exports and a timeline.

The core (catalog in, text out) is pure; see `docs/` for the architecture.
"""

__version__ = "0.1.0"
