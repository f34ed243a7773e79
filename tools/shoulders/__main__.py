"""`python -m shoulders`."""

from shoulders.cli import main

main(prog_name="shoulders")
