"""The results as JUnit XML, which continuous integration services show: a suite a demo, a case a claim."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from shoulders.demo.job import Outcome
from shoulders.problems import visible


def render(found: Sequence[Outcome]) -> str:
    """The text of the file."""
    root = ElementTree.Element("testsuites")
    for outcome in sorted(found, key=lambda outcome: (outcome.job.name, outcome.job.seed)):
        title = visible(outcome.job.title)
        gated = [claim for claim in outcome.report.claims if claim.gated] if outcome.report else []
        cases = [
            (claim.statement, "" if claim.holds else f"expected {claim.bound}, got {claim.value:g}") for claim in gated
        ]
        broken = [claim.statement for claim in gated if not claim.holds]
        others = [text for text in outcome.failures if not any(text.startswith(f"{said}: ") for said in broken)]
        cases.append(("the run", "\n".join(others)))
        failures = sum(bool(message) for _, message in cases)
        suite = ElementTree.SubElement(
            root, "testsuite", name=title, tests=str(len(cases)), failures=str(failures), time=f"{outcome.seconds:.2f}"
        )
        for name, message in cases:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"demos.{visible(outcome.job.name)}", name=visible(name)
            )
            if message:
                failure = ElementTree.SubElement(case, "failure", message=visible(message))
                failure.text = "\n".join(visible(line) for line in outcome.output.split("\n"))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
