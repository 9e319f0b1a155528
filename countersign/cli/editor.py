"""Opens a text in the person's own editor and reads what they saved."""

import subprocess
import tempfile
from pathlib import Path

from countersign.core.errors import SettingsError

# $VISUAL and $EDITOR are the person's own, not settings of ours: the shell reads them, and their options.
_START = '${VISUAL:-${EDITOR:-vi}} "$1"'


def edit_text(text: str) -> str | None:
    """The text as the person saved it, or None when they left it as it was.

    Raises:
        SettingsError: the editor cannot be started, or ended with an error.
    """
    with tempfile.TemporaryDirectory(prefix="countersign-") as folder:
        path = Path(folder) / "draft.md"
        path.write_text(text, encoding="utf-8")
        try:
            subprocess.run(["/bin/sh", "-c", _START, "countersign", str(path)], check=True)  # noqa: S603
        except subprocess.CalledProcessError as error:
            raise SettingsError(
                "Your editor did not save the text.",
                found=f"it ended with {error.returncode}",
                fix="set EDITOR to an editor that is installed, e.g. EDITOR=nano",
            ) from error
        saved = read_text(path)
    return saved if saved != text else None


def read_text(path: Path) -> str:
    """What somebody wrote into a file, which must be UTF-8.

    Raises:
        SettingsError: it is written in something else.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(
            "The edited text is not UTF-8.",
            found=f"{path.name}: byte {error.start} is not",
            fix="save it as UTF-8 and try again",
        ) from error
