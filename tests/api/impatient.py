"""`python tests/api/impatient.py fetch …`: the command itself, but it waits milliseconds where it would wait seconds."""

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from data.__main__ import main
from data.fetch import api

QUICK = replace(api.PATIENCE, first=0.01, asked=0.02)
STERN = replace(QUICK, silence=0.25, reply=0.4)
"""For replies that hang: on a busy computer an honest one can take as long."""

if __name__ == "__main__":
    api.PATIENCE = QUICK
    sys.exit(main())
