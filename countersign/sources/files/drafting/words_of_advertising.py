"""What ad platforms and search consoles call their columns."""

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
    "search_terms": {
        "site": ("site", "site url", "property", "domain", "website"),
        "search_day": ("date", "day", "tag", "datum", "fecha", "dia", "jour"),
        "query": (
            "query", "top queries", "queries", "search query", "search term", "keyword", "suchanfrage",
            "haufigste suchanfragen", "suchanfragen", "consulta", "consultas principales", "consultas",
            "requete", "requetes les plus frequentes", "requetes",
        ),
        "page": ("page", "top pages", "landing page", "url", "seite", "haufigste seiten", "pagina",
                 "paginas principales", "pages les plus populaires"),
        "country": ("country", "land", "pais", "pays"),
        "device": ("device", "device category", "gerat", "dispositivo", "appareil"),
        "impressions": ("impressions", "impressionen", "impresiones"),
        "clicks": ("clicks", "klicks", "clics"),
        "position": ("position", "average position", "avg position", "average rank", "posicion",
                     "durchschnittliche position", "posicion media", "position moyenne"),
    },
}  # fmt: skip

# Most of a report by single ads is called as in one by ad groups.
_SHARED = (
    "account_id", "campaign_id", "ad_group_id", "account_day", "currency", "spend", "impressions", "clicks",
    "platform_conversions",
)  # fmt: skip
WORDS["single_ad_performance"] = {
    **{column: WORDS["ad_performance"][column] for column in _SHARED},
    "ad_id": ("ad id", "anzeigen id", "id der anzeige", "id del anuncio", "id de la publicite"),
    "ad_name": (
        "ad name", "anzeigenname", "name der anzeige", "nombre del anuncio", "nom de la publicite", "ad",
        "anzeige", "anuncio", "annonce",
    ),
    "ad_text": (
        "ad text", "headline", "headline 1", "primary text", "body", "anzeigentext", "anzeigentitel 1",
        "haupttext", "titulo 1", "texto principal", "titre 1", "texte principal",
    ),
}  # fmt: skip

TELLING = {
    "ad_performance": frozenset({"spend", "impressions", "clicks"}),
    "single_ad_performance": frozenset({"ad_id", "ad_text"}),
    "search_terms": frozenset({"query", "position"}),
}
