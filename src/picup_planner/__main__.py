"""`python -m picup_planner` is `picup`."""

import sys

try:
    from picup_planner.cli import main
except KeyboardInterrupt:
    sys.exit(130)  # as `cli.endings` has it, which could not be imported

if __name__ == "__main__":
    sys.exit(main())
