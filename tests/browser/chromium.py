"""Where the browser tests find their Chromium, and how it gets there. Knows nothing of the dashboard.

Run as a script it makes sure that there is one: from the system, else downloaded by Playwright, else from apt as root.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALLED_AT = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)

# So that it starts as root in a container and asks nothing of the network by itself. The last one makes every name but
# the dashboard's own unknown to it: a request that should not be made cannot leave either.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)

MISSING = """\
No browser for the browser tests. Any one of these gives them one:
  - install Chromium or Google Chrome, so that it is found as one of: {names}
  - name one: CHROMIUM=/path/to/chromium
  - python -m playwright install --with-deps chromium"""


def find(playwright: Playwright) -> str | None:
    """The path of the first browser that starts: the one named by CHROMIUM, the system's, Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    candidates = [*map(shutil.which, NAMES), *INSTALLED_AT, playwright.chromium.executable_path]
    return next((path for path in candidates if path and starts(path)), None)


def starts(path: str) -> bool:
    """Whether it is a browser that runs: Ubuntu's `chromium-browser` may be a stub, a download may lack libraries."""
    if not Path(path).exists():
        return False
    if sys.platform == "win32":  # there `--version` opens a window
        return True
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def installers() -> list[list[list[str]]]:
    """Ways to get a browser, in the order to try them, each a list of commands."""
    playwright = [sys.executable, "-m", "playwright"]
    ways = [[[*playwright, "install", "chromium"]]]
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append([["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]])
        ways.append([[*playwright, "install-deps", "chromium"]])
    return ways


def install(playwright: Playwright) -> str | None:
    """Get a browser in one of the ways that this machine allows, and give its path."""
    for commands in installers():
        for command in commands:
            print("No browser yet, trying:", " ".join(command), flush=True)
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(command, stdin=subprocess.DEVNULL, env=environment, check=False)
        if path := find(playwright):
            return path
    return None


def missing() -> str:
    """What to tell someone whose machine has no browser."""
    return MISSING.format(names=", ".join(NAMES))


if __name__ == "__main__":
    with sync_playwright() as playwright:
        if not (find(playwright) or install(playwright)):
            # No failure yet: the other tests can still say something. The browser tests fail with the same words.
            print(missing(), file=sys.stderr)
