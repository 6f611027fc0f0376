"""The command ``mkmanifests``, also as ``python -m mkmanifests``."""

from __future__ import annotations

import signal
import sys

from ._native import run


def main() -> None:
    """Run the command line of the process, and exit with its code."""
    # Python would only remember Ctrl-C until the command has ended.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run(sys.argv))


if __name__ == "__main__":
    sys.argv[0] = "mkmanifests"
    main()
