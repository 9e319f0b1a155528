"""Payment cards and bank accounts in text."""

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from countersign.sources.personal.spans import Span

_CARD = re.compile(r"(?<![\w.,/+-])\d(?:[ -]?\d){11,18}(?![\w/]|-\d|[.,]\d)")
# Prefix and length of Visa, Mastercard, American Express, Diners, Discover, JCB and UnionPay.
_BRANDS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
)
_CARD_CUE = re.compile(
    r"(?:card|karten?|carte|tarjeta|visa|master ?card|amex|maestro)(?:[ -]?(?:number|no|nr|nummer"
    r"|numéro|número))?"
    r"\W{0,4}(?:is|ist|lautet|est|es|:|#|\W){0,3}$",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:["
    r" -]?[A-Za-z0-9]{1,4})?(?![A-Za-z0-9])"
)
_IBAN_CUE = re.compile(r"iban\W{0,4}(?:is|ist|lautet|est|es|:|\W){0,3}$", re.IGNORECASE)
_BANK = re.compile(
    r"(?<!\w)(?:bank (?:account|details|a/c)|(?P<account>account)(?:[ -]?(?:number|no\.?|nr\.?|#))"
    r"|acct\.?(?: no\.?| number)?"
    r"|a/c(?: no\.?| number)?|sort[ -]?code|routing(?: number| no\.?)?|aba(?: number)?"
    r"|bankverbindung|konto(?:nummer|-?nr\.?)|bankkonto|kto\.?(?:-?nr\.?)?|konto|blz|bankleitzahl"
    r"|rib|num[ée]ro de compte|compte bancaire|compte n[°o]\.?"
    r"|cuenta bancaria|n[úu]mero de cuenta|cuenta n[°º]\.?|cuenta|ccc)"
    r"(?:[\s:#.=,-]|is|ist|lautet|est|es|number|nummer|nr\.?|no\.?){0,6}(?P<digits>\d(?:["
    r" /-]?\d){5,22})(?![\w])",
    re.IGNORECASE,
)
# An account of an ad platform or a customer's number is no bank account.
_NO_BANK = re.compile(
    r"(?:\bads?|google|facebook|meta|linkedin|bing|microsoft|tiktok|analytics|crm|customer|kunden"
    r"|user|twitter|x)"
    r"[\s-]{0,2}$",
    re.IGNORECASE,
)


def find_accounts(text: str) -> Iterator[Span]:
    """Card numbers (Luhn, and a known brand or a word that says so), IBANs (mod 97), numbers called"
    " a bank account."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"[ -]", "", match.group())
        is_said = _CARD_CUE.search(text[max(0, match.start() - 30) : match.start()])
        if luhn.is_valid(digits) and len(set(digits)) > 1 and (_BRANDS.fullmatch(digits) or is_said):
            yield Span(*match.span(), "card")
    for match in _IBAN.finditer(text):
        end = _iban_end(match.group())
        if end is None and _IBAN_CUE.search(text[max(0, match.start() - 14) : match.start()]):
            # A mistyped IBAN still tells whose it is.
            end = len(match.group())
        if end is not None:
            yield Span(match.start(), match.start() + end, "account")
    for match in _BANK.finditer(text):
        if not (match["account"] and _NO_BANK.search(text[max(0, match.start() - 12) : match.start()])):
            yield Span(*match.span("digits"), "account")


def _iban_end(found: str) -> int | None:
    # What follows in the sentence may look like more groups of the number.
    end = len(found)
    while end >= 15:
        if iban.is_valid(found[:end]):
            return end
        end = max(found.rfind(" ", 0, end), found.rfind("-", 0, end))
    return None
