"""Microsoft's names of time zones as IANA zones."""

_ZONES = """
AbuDhabiMuscat Asia/Dubai|Adelaide Australia/Adelaide|Alaska America/Anchorage
Almaty_Novosibirsk Asia/Novosibirsk|AmsterdamBerlinBernRomeStockholmVienna Europe/Berlin
Arizona America/Phoenix|AstanaDhaka Asia/Dhaka|AthensBuckarestIstanbul Europe/Athens
AtlanticTimeCanada America/Halifax|AucklandWellington Pacific/Auckland|Azores Atlantic/Azores
Baghdad Asia/Baghdad|BakuTbilisiYerevan Asia/Baku|BangkokHanoiJakarta Asia/Bangkok
BeijingChongqingHongKongUrumqi Asia/Shanghai|BelgradeBratislavaBudapestLjubljanaPrague Europe/Prague
BogotaLimaQuito America/Bogota|Brasilia America/Sao_Paulo|Brisbane Australia/Brisbane
BrusselsCopenhagenMadridParis Europe/Paris|Bucharest Europe/Bucharest
BuenosAiresGeorgetown America/Argentina/Buenos_Aires|Cairo Africa/Cairo
CanberraMelbourneSydney Australia/Sydney|CapeVerdeIsland Atlantic/Cape_Verde|CaracasLaPaz America/La_Paz
CasablancaMonrovia Africa/Monrovia|CentralAmerica America/Guatemala|CentralTimeUSCanada America/Chicago
ChennaiKolkataMumbaiNewDelhi Asia/Kolkata|ChihuahuaLaPazMazatlan America/Mazatlan|Darwin Australia/Darwin
EasternTimeUSCanada America/New_York|Ekaterinburg Asia/Yekaterinburg
FijiKamchatkaMarshallIsland Pacific/Fiji|Greenland America/Nuuk
GreenwichMeanTimeDublinEdinburghLisbonLondon Europe/London
GuadalajaraMexicoCityMonterrey America/Mexico_City|GuamPortMoresby Pacific/Guam
HararePretoria Africa/Johannesburg|Hawaii Pacific/Honolulu
HelsinkiKyivRigaSofiaTallinnVilnius Europe/Helsinki|Hobart Australia/Hobart
IndianaEast America/Indiana/Indianapolis|InternationalDateLineWest Etc/GMT+12
IrkutskUlaanBataar Asia/Irkutsk|IslamabadKarachiTashkent Asia/Karachi|Jerusalem Asia/Jerusalem
Kabul Asia/Kabul|Kathmandu Asia/Kathmandu|Krasnoyarsk Asia/Krasnoyarsk
KualaLumpurSingapore Asia/Singapore|KuwaitRiyadh Asia/Riyadh|MagadanSolomonIslandNewCaledonia Asia/Magadan
MidAtlantic Atlantic/South_Georgia|MidwayIslandAndSamoa Pacific/Midway
MoscowStPetersburgVolgograd Europe/Moscow|MountainTime_US_Canada America/Denver|Nairobi Africa/Nairobi
Newfoundland America/St_Johns|Nukualofa Pacific/Tongatapu|OsakaSapporoTokyo Asia/Tokyo
PacificTimeUSCanadaTijuana America/Los_Angeles|Perth Australia/Perth|Rangoon Asia/Yangon
Santiago America/Santiago|SarajevoSkopjeWarsawZagreb Europe/Warsaw|Saskatchewan America/Regina
Seoul Asia/Seoul|SriJayawardenepura Asia/Colombo|Taipei Asia/Taipei|Tehran Asia/Tehran
Vladivostok Asia/Vladivostok|WestCentralAfrica Africa/Lagos|Yakutsk Asia/Yakutsk
"""
ZONES = dict(pair.split() for line in _ZONES.split("\n") for pair in line.split("|") if pair.strip())


def zone_of(name: object) -> str | None:
    """The IANA zone of one of Microsoft's names; None for one that is not listed.

    >>> zone_of("CentralTimeUSCanada")
    'America/Chicago'
    """
    return ZONES.get(str(name))
