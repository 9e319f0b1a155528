"""What vendors and people call a column: one reviewed list, in English, German, Spanish and French.

Words are written as `plain_words` leaves them: lower case, no accents, no marks. Of several headers that
fit a column the one whose words stand first is taken, and each header fills one column. Add words here, with
a header of a real export in tests/sources/files/test_drafting.py.
"""

import re
import unicodedata

# Words that say where a header is from or how it is told, and nothing of what it holds.
NOISE = frozenset({"metrics", "segments", "utc", "properties", "micros"})

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "ad_performance": {
        "account_id": (
            "account id", "customer id", "ad account id", "advertiser id", "konto id", "kunden id",
            "kontonummer", "id de la cuenta", "id de cuenta", "id du compte", "identifiant du compte",
            "numero de compte",
        ),
        "account_time_zone": (
            "account time zone", "customer time zone", "time zone", "timezone", "zeitzone", "zona horaria",
            "fuseau horaire",
        ),
        # LinkedIn calls a campaign a campaign group, and an ad group a campaign.
        "campaign_id": (
            "campaign group id", "kampagnengruppen id", "id del grupo de campanas",
            "identifiant du groupe de campagnes", "campaign id", "kampagnen id", "kampagne id",
            "id de la campana", "id de campana", "id de la campagne", "id de campagne",
            "identifiant de la campagne",
        ),
        "campaign_name": (
            "campaign group name", "campaign group", "kampagnengruppe", "name der kampagnengruppe",
            "grupo de campanas", "groupe de campagnes", "campaign name", "campaign", "kampagnenname",
            "name der kampagne", "kampagne", "nombre de la campana", "nombre de campana", "campana",
            "nom de la campagne", "campagne",
        ),
        "ad_group_id": (
            "ad group id", "adset id", "ad set id", "anzeigengruppen id", "anzeigengruppe id",
            "id der anzeigengruppe", "id del grupo de anuncios", "id del conjunto de anuncios",
            "id du groupe d annonces", "id de l ensemble de publicites", "campaign id", "kampagnen id",
            "id de la campana", "id de la campagne",
        ),
        "ad_group_name": (
            "ad group name", "ad group", "adset name", "ad set name", "anzeigengruppe",
            "name der anzeigengruppe", "anzeigengruppenname", "grupo de anuncios",
            "nombre del conjunto de anuncios", "groupe d annonces", "nom de l ensemble de publicites",
            "campaign name", "campaign", "kampagnenname", "kampagne", "campana", "campagne",
        ),
        "account_day": (
            "account day", "date", "day", "date start", "reporting starts", "start date", "report date",
            "date day", "stat time day", "tag", "datum", "startdatum", "berichtsstart", "fecha", "dia",
            "inicio del informe", "fecha de inicio", "jour", "date de debut", "debut des rapports",
        ),
        "currency": (
            "currency", "currency code", "customer currency code", "account currency", "wahrung",
            "wahrungscode", "kontowahrung", "moneda", "codigo de moneda", "divisa", "devise",
            "code de devise", "code devise",
        ),
        "spend": (
            "spend", "cost", "amount spent", "total spent", "cost in local currency", "cost amount",
            "spend amount", "kosten", "ausgaben", "ausgegebener betrag", "gesamtausgaben", "coste", "costo",
            "gasto", "importe gastado", "inversion", "cout", "depenses", "montant depense",
        ),
        "impressions": ("impressions", "impr", "impressionen", "einblendungen", "impresiones"),
        "clicks": (
            "clicks", "link clicks", "klicks", "klicks auf den link", "link klicks", "clics",
            "clics en el enlace", "clics sur un lien", "taps", "swipes",
        ),
        "platform_conversions": (
            "conversions", "conversion", "results", "konversionen", "ergebnisse", "conversiones",
            "resultados", "resultats", "external website conversions",
        ),
        "platform_conversion_value": (
            "conversions value", "conversion value", "conv value", "total conversion value",
            "konversionswert", "conversion wert", "conv wert", "valor de conversion", "valor conv",
            "valeur de conversion", "valeur conv",
        ),
    },
    "web_sessions": {
        "session_key": (
            "session id", "ga session id", "sitzungs id", "sitzung id", "id de sesion", "id de session",
        ),
        "visitor_key": (
            "client id", "user pseudo id", "visitor id", "cookie id", "anonymous id", "besucher id",
            "id de cliente", "id client",
        ),
        "started_at": (
            "session start", "session started at", "session start time", "started at", "start time",
            "visit start time", "sitzungsbeginn", "inicio de sesion", "debut de session", "timestamp",
            "date time", "date",
        ),
        "utm_source": ("utm source", "session source", "source", "quelle", "fuente"),
        "utm_medium": ("utm medium", "session medium", "medium", "medio", "support"),
        "utm_campaign": (
            "utm campaign", "session campaign", "campaign", "campaign name", "kampagne", "campana",
            "campagne",
        ),
        "landing_page": (
            "landing page path", "landing page", "landing page url", "entry page", "einstiegsseite",
            "landingpage", "pagina de destino", "page de destination",
        ),
        "device": ("device category", "device", "device type", "gerat", "geratekategorie", "dispositivo",
                   "appareil"),
        "country": ("country", "land", "pais", "pays", "region country"),
        "page_views": ("page views", "pageviews", "screen page views", "views", "seitenaufrufe",
                       "paginas vistas", "pages vues"),
        "conversions": ("form submits", "form submissions", "conversions", "key events",
                        "goal completions", "konversionen", "conversiones"),
    },
    "crm_leads": {
        "lead_id": ("lead id", "mql id", "prospect id", "contact id", "record id", "kontakt id",
                    "id del lead", "id de contacto", "id du prospect", "id du contact", "id"),
        "created_at": ("created", "created at", "create date", "created date", "date created",
                       "creation date", "first contact date", "erstellt", "erstellt am", "erstelldatum",
                       "erstellungsdatum", "fecha de creacion", "creado", "date de creation", "cree le"),
        "email_key": ("e mail", "email", "email address", "e mail address", "work email", "e mail adresse",
                      "correo electronico", "correo", "adresse e mail", "courriel"),
        "phone_key": ("phone", "phone number", "mobile phone", "mobile", "telefon", "telefonnummer",
                      "telefono", "telephone", "numero de telephone"),
        "visitor_key": ("web client id", "client id", "ga client id", "visitor id", "cookie id"),
        "account_id": ("company id", "account id", "associated company id", "unternehmens id", "firmen id",
                       "id de la empresa", "id de l entreprise"),
        "lead_source": ("lead source", "original source", "origin", "source", "leadquelle", "quelle",
                        "ursprungliche quelle", "fuente original", "fuente", "origen", "source d origine",
                        "origine", "lead origin"),
        "platform": ("ad network", "ad platform", "platform", "plattform", "werbenetzwerk"),
        "campaign_id": ("ad campaign id", "campaign id", "kampagnen id", "id de la campana",
                        "id de la campagne"),
        "campaign_name": ("campaign", "campaign name", "utm campaign", "kampagne", "campana", "campagne"),
        "country": ("country", "country region", "land", "pais", "pays"),
        "segment": ("segment", "company size", "business segment", "customer segment", "specialization",
                    "unternehmensgrosse", "industry", "branche", "sector", "secteur"),
        "stage": ("lifecycle stage", "lead stage", "stage", "lead status", "status", "lifecycle phase",
                  "lebenszyklusphase", "phase", "etapa del ciclo de vida", "etapa", "estado",
                  "phase du cycle de vie", "etape", "statut"),
        "is_event_lead": ("is event lead", "event lead", "met at event", "messekontakt"),
    },
    "crm_stage_changes": {
        "lead_id": ("lead id", "mql id", "prospect id", "contact id", "record id", "kontakt id",
                    "id del lead", "id du prospect"),
        "stage": ("new stage", "to stage", "stage to", "stage entered", "new value", "to", "neue phase",
                  "nueva etapa", "nouvelle etape", "stage"),
        "from_stage": ("old stage", "from stage", "stage from", "previous stage", "old value", "from",
                       "alte phase", "etapa anterior", "ancienne etape"),
        "changed_at": ("changed", "changed at", "changed on", "change date", "date changed", "entered at",
                       "modified at", "geandert am", "cambiado", "fecha de cambio", "modifie le",
                       "timestamp", "date"),
    },
    "crm_opportunities": {
        "opportunity_id": ("deal id", "opportunity id", "record id", "geschafts id", "deal nummer",
                           "id del negocio", "id de la oportunidad", "id de la transaction",
                           "id de l opportunite", "id"),
        "lead_id": ("lead id", "mql id", "contact id", "associated contact id", "kontakt id",
                    "id del lead"),
        "account_id": ("company id", "account id", "associated company id", "seller id",
                       "unternehmens id", "firmen id"),
        "created_at": ("opened", "opened at", "open date", "created", "created at", "create date",
                       "created date", "erstellt am", "erstelldatum", "fecha de creacion",
                       "date de creation"),
        "closed_at": ("closed", "closed at", "close date", "closed date", "won date", "abschlussdatum",
                      "abgeschlossen am", "fecha de cierre", "date de fermeture", "date de cloture"),
        "deal_stage": ("deal stage", "opportunity stage", "stage", "stage name", "phase", "etapa",
                       "etapa del negocio", "etape", "status"),
        "is_won": ("is won", "won", "is closed won", "gewonnen", "ganado", "gagne"),
        "amount": ("amount", "deal amount", "deal value", "value", "betrag", "auftragswert", "importe",
                   "cantidad", "valor", "montant", "valeur"),
        "currency": ("currency", "currency code", "deal currency", "wahrung", "moneda", "divisa", "devise"),
    },
    "crm_activities": {
        "activity_id": ("activity id", "engagement id", "task id", "call id", "meeting id",
                        "aktivitats id", "id de actividad", "id de l activite", "id"),
        "lead_id": ("lead id", "mql id", "contact id", "who id", "kontakt id", "id del lead"),
        "activity_type": ("activity type", "engagement type", "type", "activity", "aktivitatsart", "art",
                          "tipo", "tipo de actividad", "type d activite"),
        "occurred_at": ("done", "done at", "occurred at", "occurred", "activity date", "completed at",
                        "completed", "call date", "erledigt am", "fecha de actividad",
                        "date de l activite", "timestamp", "date"),
        "owner_id": ("owner id", "hubspot owner id", "activity owner id", "assigned to id", "besitzer id",
                     "owner"),
    },
    "sales_feedback": {
        "lead_id": ("lead id", "mql id", "prospect id", "contact id", "kontakt id", "id del lead",
                    "id du prospect"),
        "verdict": ("verdict", "taken over", "accepted", "sales accepted", "decision", "outcome",
                    "feedback", "ubernommen", "angenommen", "aceptado", "accepte"),
        "reason": ("reason", "rejection reason", "rejected reason", "disqualification reason", "grund",
                   "ablehnungsgrund", "motivo", "motivo de rechazo", "motif", "motif de refus"),
        "decided_at": ("decided", "decided at", "decision date", "reviewed at", "entschieden am",
                       "fecha de decision", "date de decision", "timestamp", "date"),
    },
}  # fmt: skip

# The columns that tell a table from the others; what every table may have tells nothing.
TELLING: dict[str, frozenset[str]] = {
    "ad_performance": frozenset({"spend", "impressions", "clicks"}),
    "web_sessions": frozenset({"session_key", "landing_page", "page_views"}),
    "crm_leads": frozenset({"email_key", "phone_key", "lead_source"}),
    "crm_stage_changes": frozenset({"stage", "from_stage", "changed_at"}),
    "crm_opportunities": frozenset({"opportunity_id", "amount", "closed_at"}),
    "crm_activities": frozenset({"activity_id", "activity_type", "occurred_at"}),
    "sales_feedback": frozenset({"verdict", "reason", "decided_at"}),
}
# Words that many tables use: a match by one of them says little of the table.
GENERIC = frozenset({
    "id", "date", "timestamp", "type", "status", "stage", "source", "owner", "value", "from", "to", "country",
    "created", "created at", "lead id", "contact id", "record id", "campaign", "phase", "etapa", "etape",
})  # fmt: skip

# Where an ad export is from: words in its path, then headers that only one platform has.
PLATFORMS: dict[str, tuple[str, ...]] = {
    "google_ads": ("google", "adwords"),
    "meta_ads": ("meta", "facebook", "instagram"),
    "linkedin_ads": ("linkedin",),
    "microsoft_ads": ("microsoft", "bing"),
    "tiktok_ads": ("tiktok",),
    "pinterest_ads": ("pinterest",),
    "reddit_ads": ("reddit",),
    "snapchat_ads": ("snapchat",),
    "x_ads": ("twitter",),
}
PLATFORM_HEADERS: dict[str, tuple[str, ...]] = {
    "meta_ads": ("adset id", "adset name", "ad set id", "ad set name"),
    "linkedin_ads": ("campaign group id", "kampagnengruppen id", "kampagnengruppe"),
    "google_ads": ("customer id", "cost micros"),
}
SEARCH_PLATFORMS = frozenset({"google_ads", "microsoft_ads"})

# Their stage, verdict and activity to ours, as `plain_words` leaves them.
VALUES: dict[str, dict[str, str | bool]] = {
    "stage": {
        "new": "lead", "lead": "lead", "subscriber": "lead", "open": "lead", "neu": "lead",
        "nuevo": "lead", "nouveau": "lead",
        "mql": "mql", "marketing qualified": "mql", "marketing qualified lead": "mql",
        "sal": "sales_accepted", "accepted by sales": "sales_accepted", "sales accepted": "sales_accepted",
        "sales accepted lead": "sales_accepted",
        "sql": "sql", "sales qualified": "sql", "sales qualified lead": "sql",
        "opportunity": "opportunity", "offer": "opportunity", "proposal": "opportunity",
        "angebot": "opportunity", "oportunidad": "opportunity", "opportunite": "opportunity",
        "customer": "customer", "won": "customer", "closed won": "customer", "kunde": "customer",
        "cliente": "customer", "client": "customer",
        "disqualified": "disqualified", "unqualified": "disqualified", "not a fit": "disqualified",
        "lost": "disqualified", "closed lost": "disqualified", "offer lost": "disqualified",
    },
    "activity_type": {
        "call": "call", "phone call": "call", "anruf": "call", "llamada": "call", "appel": "call",
        "email": "email", "e mail": "email", "correo": "email",
        "meeting": "meeting", "treffen": "meeting", "besprechung": "meeting", "reunion": "meeting",
    },
    "verdict": {
        "accepted": "accepted", "accept": "accepted", "yes": "accepted", "true": "accepted",
        "ja": "accepted", "si": "accepted", "oui": "accepted", "1": "accepted",
        "rejected": "rejected", "reject": "rejected", "no": "rejected", "false": "rejected",
        "nein": "rejected", "non": "rejected", "0": "rejected",
    },
    "is_won": {
        "won": True, "closed won": True, "closedwon": True, "gewonnen": True, "ganado": True, "gagne": True,
        "lost": False, "closed lost": False, "closedlost": False, "verloren": False, "perdido": False,
        "perdu": False,
    },
}  # fmt: skip
VALUES["from_stage"] = VALUES["stage"]

# Cells that mean "not there" in every export that has them.
MISSING_TOKENS = ("N/A", "n/a", "#N/A", "Select", "-", "--", "null", "NULL", "NaN", "nan", "(not set)")
# Cells that mean it in some exports only: said, never assumed.
PERHAPS_MISSING = ("unknown", "Unknown", "none", "None", "NA", "not provided", "unbekannt")

_CURRENCY = re.compile(r"[(\[]\s*([A-Z]{3})\s*[)\]]")


def plain_words(text: str) -> str:
    """A header or value as words: lower case, without accents, marks, and words that say nothing.

    >>> plain_words("metrics.cost_micros"), plain_words("Währung"), plain_words("costInLocalCurrency")
    ('cost', 'wahrung', 'cost in local currency')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", _CURRENCY.sub(" ", text)).replace("ß", "ss")
    bare = "".join(one for one in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(one))
    words = re.sub(r"[^a-z0-9]+", " ", bare.lower()).split()
    return " ".join([word for word in words if word not in NOISE] or words)


def currency_in(header: str) -> str | None:
    """The currency that a header names in brackets.

    >>> currency_in("Amount spent (EUR)")
    'EUR'
    """
    found = _CURRENCY.search(header)
    return found[1] if found and found[1] != "UTC" else None
