"""From bytes to text: byte-order mark, then what HTTP says, then what the page says, then UTF-8."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
# Python knows codecs that are slow or that hide characters (punycode, utf-7); a page may ask for these only.
_KNOWN = re.compile(
    r"utf-?8|utf-?16(-?[lb]e)?|us-ascii|ascii|latin-?1|iso-?8859-(?!12)\d{1,2}|windows-125\d|cp125\d|koi8-[ru]"
    r"|shift_jis|euc-jp|iso-2022-jp|gb2312|gbk|gb18030|big5|euc-kr|macintosh",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""")
_LOOKED_AT = 1024


def decoded(body: bytes, charset: str | None) -> str:
    """The text of a page. A wrong declaration never stops a page: what is no character becomes a mark.

    >>> decoded("Größe".encode("latin-1"), "utf-8"), decoded("Größe".encode(), None)
    ('Größe', 'Größe')
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    found = _DECLARED.search(body[:_LOOKED_AT])
    declared = found[1].decode("ascii") if found else None
    for said in (charset, declared, "utf-8"):
        if said and _KNOWN.fullmatch(said):
            try:
                return body.decode(_as_browsers_do(said))
            except (UnicodeDecodeError, LookupError):
                continue
    # Most of what says UTF-8 and is not was written on Windows.
    return body.decode("cp1252", "replace")


def _as_browsers_do(name: str) -> str:
    return "cp1252" if name.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii") else name
