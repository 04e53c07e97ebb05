"""`python -m picup_planner` is `picup`."""

import sys

from picup_planner.cli import main

sys.exit(main())
