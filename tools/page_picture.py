"""Take a picture of the page of each work that is named, or that the report in a folder calls new or changed.

No part of the package: it needs what only the tests need.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from pictures import ROOT, browsing, take
from shoulders import addresses
from shoulders.build import BuildError, build, open_project
from shoulders.problems import ProblemsError, expected
from shoulders.report import folder

MOST = 5  # pictures that are taken for a report
HEIGHT = 2400  # pixels: down to how it is cited, where there are no equations and no demo


def wanted(place: Path) -> tuple[str, ...]:
    """The keys of the works of a report whose pages can be built."""
    report = folder.read(place)
    if report.problem_count:
        print("No picture is taken: a site is only built of data without problems")
        return ()
    return report.works("new", "changed")[:MOST]


def photograph(place: Path, keys: Sequence[str]) -> None:
    """Write a picture of the page of each work to a folder, under its key."""
    known = open_project(ROOT).catalog.by_key
    unknown = [expected("the key of a work", key, known) for key in keys if key not in known]
    if unknown:
        sys.exit("\n".join(unknown))
    site = build(ROOT)
    place.mkdir(parents=True, exist_ok=True)
    with browsing(site) as (browser, base):
        for key in keys:
            image = take(browser, base + addresses.work(key), height=HEIGHT)
            if len(image) > folder.MAX_PICTURE:
                sys.exit(f"{key}: expected a picture of at most {folder.MAX_PICTURE} bytes, got {len(image)}")
            (place / f"{key}.png").write_bytes(image)
            print(f"{place / key}.png: {len(image) // 1000} kB")


def main(place: Path, keys: Sequence[str]) -> None:
    """Take the pictures that are asked for."""
    try:
        if keys := keys or wanted(place):
            photograph(place, keys)
    except (BuildError, ProblemsError, folder.FolderError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
