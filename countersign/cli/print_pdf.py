"""A PDF printed from published HTML by the Chromium that is on the machine."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from countersign.core.errors import SettingsError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LIMIT_S = 90


def print_pdf(html: Path, target: Path) -> None:
    """Print a self-contained HTML file to A4 pages.

    Raises:
        SettingsError: no Chromium on this machine, or it could not print.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise SettingsError(
            "A PDF needs Chromium.",
            found="none of " + ", ".join(BROWSERS) + " on the PATH",
            fix="install it (Debian: apt-get install chromium), or export html and print it yourself",
        )
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={profile}", f"--print-to-pdf={target.resolve()}", html.resolve().as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)  # noqa: S603
    if done.returncode != 0 or not target.is_file():
        raise SettingsError(
            "Chromium could not print the report.",
            found=done.stderr.decode(errors="replace")[-200:],
            fix="open the HTML and print it from a browser",
        )
