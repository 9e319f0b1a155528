"""Phone numbers in text: written with a country code, valid where the company's people live, or"
" said to be one."""

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from countersign.sources.personal.spans import Span

_ABROAD = re.compile(r"(?<![\w+.])(?:\+|00)[1-9](?:[ \u00a0()./-]{0,3}\d){6,14}(?!\d)")
_NORTH_AMERICA = re.compile(
    r"(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}(?![\w-]|\.\d)"
)
_TRUNK = re.compile(
    r"(?<![\w.,/+:-])\(?0\d{1,5}\)?[ \u00a0/.-]{0,3}\d(?:[ \u00a0/.-]{0,2}\d){4,10}(?![\w/]|[.,]\d)"
)
_BARE = re.compile(r"(?<![\w.,/+:-])\(?\d(?:[ \u00a0()/.-]{0,2}\d){5,12}(?![\w/]|[.,]\d)")
_DATE = re.compile(r"(?:^|\D)(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2})(?:\D|$)")
_CALL = re.compile(
    r"(?:\btel(?:efon(?:nummer)?|ephone|\.)?|phone|\bmobile?|\bmobil(?:nummer)?|handy(?:nummer)?"
    r"|\bcell|whats ?app"
    r"|\bcall(?:ed|ing)?(?: (?:me|us|him|her|back|them))*(?: at| on| under)?|\bring|text(?: me)?(?:"
    r" at| on)?|reach(?: me| us)?(?: at| on)"
    r"|ruf\w*(?: \w+){0,3}(?: unter)?|erreich\w*(?: \w+){0,2} unter|anruf\w*(?: unter)?|durchwahl"
    r"|r[üu]ckruf(?: unter)?|\bfax"
    r"|t[ée]l(?:[ée]phone|\.)?|appel\w*(?:-moi)?(?: au)?|portable|joindre au|joignable au"
    r"|(?:my|his|her|our|their) (?:new |direct )?number|m[óo]vil|tel[ée]fono|ll[áa]m\w*(?: al)?|whatsapp)"
    r"(?:\W|is\b|ist\b|lautet\b|est\b|es\b|number\b|nummer\b|numéro\b|número\b|no\b|nr\b|le\b|al?\b"
    r"|au\b|my\b){0,5}$",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?:order|ticket|invoice|case|ref(?:erence)?|\bid|\bno|\bnr|number|bestell\w*|rechnung\w*"
    r"|kunde\w*|vorgang\w*|auftrag\w*"
    r"|commande|facture|factura|pedido|campaign|kampagne|\bsku|artikel\w*|tracking|sendung\w*"
    r"|account|konto|serial|serien\w*"
    r"|#|\bv|version|cid|property|lead|deal|po|ean|isbn|gtin|customer|steuer\w*|ust\w*|vat)"
    r"(?:\W|id\b|no\b|nr\b|number\b|nummer\b|code\b|is\b|ist\b|n°){0,4}$",
    re.IGNORECASE,
)
_NEAR = 28


def find_phones(text: str, *, regions: Sequence[str]) -> Iterator[Span]:
    """Phone numbers: international ones, national ones that are valid in `regions`, and any after a"
    " word like call."""
    for match in _ABROAD.finditer(text):
        digits = sum(char.isdigit() for char in match.group())
        is_plus = match.group()[0] == "+" or _is_valid("+" + match.group()[2:], "ZZ")
        if digits <= 17 and (is_plus or _is_said(text, match)):
            yield _trimmed(match)
    for match in _NORTH_AMERICA.finditer(text):
        if not _is_an_id(text, match):
            yield _trimmed(match)
    for match in _TRUNK.finditer(text):
        if _DATE.search(match.group()) or _is_an_id(text, match):
            continue
        if _is_said(text, match) or any(_is_valid(match.group(), region) for region in regions):
            yield _trimmed(match)
    for match in _BARE.finditer(text):
        if _is_said(text, match) and not _DATE.search(match.group()):
            yield _trimmed(match)


def _trimmed(match: re.Match[str]) -> Span:
    """Without a bracket that opens and belongs to the sentence."""
    found = match.group()
    start = match.start() + (found.startswith("(") and ")" not in found)
    return Span(start, match.end(), "phone")


def _is_said(text: str, match: re.Match[str]) -> bool:
    return bool(_CALL.search(text[max(0, match.start() - _NEAR) : match.start()]))


def _is_an_id(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _NEAR) : match.start()]
    return bool(_ID.search(before)) and not _CALL.search(before)


def _is_valid(found: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(found, region))
    except phonenumbers.NumberParseException:
        return False
