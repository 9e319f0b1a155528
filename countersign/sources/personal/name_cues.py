"""Words that announce a name, and words that say that it is none: English, German, French, Spanish."""

import re
from pathlib import Path

_LISTS = Path(__file__).parent / "words"


def read_words(*names: str) -> frozenset[str]:
    """The words of one or more lists in words/, in lower case."""
    words: set[str] = set()
    for name in names:
        for line in (_LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            words.update(line.partition("#")[0].casefold().split())
    return frozenset(words)


TITLES = read_words("titles")
SHORT_TITLES = read_words("short_titles")
LOWER_TITLES = read_words("lower_titles")
NOT_A_PERSON = read_words("not_a_person")
NOT_AFTER_TITLE = read_words("not_after_title")
PARTICLES = read_words("particles")
COMPANY = read_words("company")
AND_COMPANY = read_words("and_company")
NO_SIGNATURE = read_words("no_signature")
AMBIGUOUS = read_words("ambiguous/english", "ambiguous/german", "ambiguous/french_spanish")

_GREETING = (
    r"hi|hello|hey|dear|hallo|liebe|lieber|liebes|moin|servus|grüezi|guten (?:tag|morgen|abend)|good"
    r" (?:morning|afternoon|evening)"
    r"|bonjour|salut|bonsoir|cher|chère|coucou|hola|querid[oa]|estimad[oa]|buen[oa]s (?:días|tardes)"
    r"|thanks|thank you|thx|many thanks|danke|vielen dank|merci|gracias|muchas gracias|cheers"
    r"|regards|best|grüße|gruß|lg|vg|mfg"
    r"|cordialement|saludos|atentamente|viele grüße|liebe grüße|beste grüße"
)
_VERB = (
    r"(?:spoke|speak|talked|talk|met|meet|meeting|call|chat|chatted|demo|lunch|catch-up|discussed"
    r"|agreed|synced?)"
    r"(?: (?:to|with))|spoke to|ask(?:ed)?|tell|told|call(?:ed)?|phone(?:d)?|email(?:ed)?"
    r"|ping(?:ed)?|contact(?:ed)?|met|cc|attn:?|contact:"
    r"|(?:gesprochen|telefoniert|telefonat|gespräch|termin|treffen|rücksprache|abgestimmt) mit"
    r"|fragen sie|fragt|sprich mit|ansprechpartner(?:in)?:?"
    r"|parlé (?:à|avec)|appel(?:é|er) |rendez-vous avec|contacter|hablé con|hablar con|reunión con"
    r"|llamar a|contactar(?: a)?"
    r"|my name is|i am|i'm|this is|name is|mein name ist|ich bin|hier ist|je suis|je m'appelle|c'est"
    r"|me llamo|soy|mi nombre es"
    r"|my (?:colleague|boss|wife|husband|manager|assistant)|(?:mein|meine|unser|unsere) (?:kollege"
    r"|kollegin|chef|chefin|frau|mann)"
    r"|(?:mon|ma|notre) (?:collègue|chef|femme|mari)|mi (?:colega|jefe|jefa|mujer|marido)|signed by"
    r"|attended by|assigned to|owner:?|reported by"
)
BEFORE = re.compile(rf"(?:(?<!\w)(?:{_GREETING})[ ,!]{{1,2}}\s?|(?<!\w)(?:{_VERB})[ :]\s?|@)$", re.IGNORECASE)
AFTER = re.compile(
    r"(?: (?:said|says|asked|asks|wrote|writes|told|mentioned|confirmed|replied|emailed|phoned"
    r"|complained|thinks"
    r"|sagt|sagte|meint|meinte|fragt|fragte|schrieb|schreibt|bestätigte|bestätigt|rief|bittet|möchte"
    r"|a dit|a demandé|dit|demande|veut|souhaite|dice|dijo|pide|pidió|preguntó|quiere)\b"
    r"| (?:from|of|at) (?:accounting|procurement|purchasing|finance|sales|marketing|legal|IT|HR)\b"
    r"| (?:aus|vom|von der|in) (?:der |dem )?(?:Buchhaltung|Einkauf|Vertrieb|Marketing|Technik)\b)"
)
SIGNATURE = re.compile(
    r"(?:(?:kind|best|warm|many)? ?regards|sincerely|best wishes|cheers|(?:mit )?(?:freundlichen"
    r"|vielen|besten|lieben|herzlichen) grüßen"
    r"|(?:viele|liebe|beste|herzliche|freundliche) grüße|mfg|cordialement|bien à vous|saludos(?:"
    r" cordiales)?|atentamente|un saludo)"
    r"[,.!]?[ \t]*(?:\r?\n)+[ \t]*(?P<name>[^\W\d_a-zß-ÿ][\w.'’-]{1,24}(?:"
    r" [^\W\d_a-zß-ÿ][\w.'’-]{1,24}){0,2})[ \t]*(?=\r?\n|$)",
    re.IGNORECASE | re.MULTILINE,
)
# Dear Deborah Ashworth, / Hallo Annegret! at the start of a line: a name whether the CRM holds it or not.
SALUTATION = re.compile(
    r"^[ \t>]*(?:(?i:hi|hello|hey|dear|hallo|liebe|lieber|guten tag|moin|bonjour|salut|cher|chère"
    r"|hola|estimad[oa]"
    r"|querid[oa]))[ ](?P<name>[A-ZÀ-ÖØ-Þ][^\W\d_]{1,20}(?:[ -][A-ZÀ-ÖØ-Þ][^\W\d_]{1,20}){0,2})(?=["
    r" \t]?[,!.\r\n-]|$)",
    re.MULTILINE,
)
