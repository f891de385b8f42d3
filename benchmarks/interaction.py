"""How soon a click is answered and a first visit drawn, beside a bare Streamlit page, in a real browser.

    python -m benchmarks.interaction             # fifteen rounds, 0.1 M and 2.5 M rows
    python -m benchmarks.interaction --rounds 2 --rows 100000

The bare page has one choice and the very figures that ours drew, made beforehand, through `st.plotly_chart`; both run
with the same settings on servers of their own, and take turns. A click counts from the moment the browser sees it until
the last chart has changed for the last time. No question is asked twice: in each round other models are filtered for.
A first visit is made by a browser without a copy of anything, from going to the address until a chart is drawn.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.clicks import clicks, show_clicks
from benchmarks.visits import show_visits, visits
from tests.browser import chromium

SIZES = (100_000, 2_500_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    sizes = tuple(options.rows)
    folder = Path(tempfile.mkdtemp(prefix="interaction-"))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(playwright), args=chromium.ARGUMENTS)
            seen, grouping = visits(browser, folder, options.rounds)
            show_visits(seen, grouping, options.rounds)
            show_clicks(clicks(browser, folder, options.rounds, sizes), options.rounds, sizes)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
