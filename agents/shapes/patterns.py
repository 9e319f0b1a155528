# ruff: noqa: E501 -- sentence shapes read better in rows
"""The sentence shapes: each says which figures of one bundle it needs, and where words must agree with them.

Slots: `<now>` a figure in that role, `<chg>` the change, `<name>` the bundle's place, `<period>` and `<length>`
its period, `<metric>` its noun, `<moved>` and `<updown>` a verb or particle that agrees with its sign, `<inout>`
where it lies to its range, `<before>` a word for its earlier period, `<factor>` a factor's name. `{...}` are parts.
"""

from dataclasses import dataclass

from agents.shapes.lexicon import BE, BEFORE, ON_BEFORE, RANGE, THIS_WEEK


@dataclass(frozen=True)
class Shape:
    """One way to say something.

    Args:
        kinds: of the bundles that it may speak of.
        text: the pattern.
        follows: it has no subject of its own and continues the clause before it.
        needs: a condition beyond the slots, by name; see `agents.shapes.conditions`.
        metric: the only metric it speaks of, where its words say so without `<metric>`.
    """

    kinds: tuple[str, ...]
    text: str
    follows: bool = False
    needs: str = ""
    metric: str = ""


PARTS: dict[str, str] = {
    "S": (
        r"(?:(?:<week>,? )?(?:(?:the|our|overall|total) ){0,2}<metric>(?: (?:in|for|from|at|of|on|through|via) <name>)?"
        r"|(?:<week>,? )?<name>(?:'s|’s)? <metric>|(?:<week>,? )?(?:in|for|at|on) <name>,? (?:the )?<metric>)"
    ),
    "be": rf"(?:{BE})",
    "week": r"(?:,? <week>)?",
    "on_before": r"(?: <onbefore>)",
    "since": r"(?:,? (?:after|from|against|compared with|compared to|versus|where it was|where they were) <prior>(?:,? <before>)?)",
    "range": rf"(?:its|their|the) (?:{RANGE})(?:,? (?:of |from )?<low>(?: to |–| and )<high>)?",
    "usual": r"the (?:usual|normal|expected) <low>(?: to |–)<high>",
    "lead": r"(?:an? |each |one )?lead",
    "got": r"(?:brought|brought in|gave|delivered|had|recorded|produced|made)",
}  # fmt: skip
SLOT_WORDS: dict[str, str] = {
    "updown": r"up|down",
    "inout": r"inside|within|in|outside|out of|above|below|over|under",
    "week": THIS_WEEK,
    "onbefore": ON_BEFORE,
    "before": BEFORE,
    "rise": r"rise|increase|growth|fall|decrease|drop|decline",
    "noun_s": r"leads?|customers?",
    "dearer": r"dearer|more expensive|cheaper|less expensive",
}  # fmt: skip

_M = ("movement",)
_MQ = ("movement", "quality")
MOVEMENT = (
    Shape(_MQ, "{S} <moved>(?: by)? <chg>(?:,? to <now>)?{since}?{on_before}?{week}"),
    Shape(_MQ, "{S} <moved>(?: by)? <chg>{since}?,? to <now>{week}"),
    Shape(_MQ, "{S} <moved> from <prior>(?: <before>)? to <now>{week}"),
    Shape(_MQ, "{S} <moved> to <now>{since}?{week}"),
    Shape(_MQ, "{S} (?:went|moved|has gone) from <prior>(?: <before>)? to <now>{week}"),
    Shape(_M, "{S} {be} <now>{week}{since}?"),
    Shape(_M, "{S} {be} <now>{week},? <updown>(?: by)? <chg>{since}?{on_before}?"),
    Shape(_M, "{S} {be} <now>{week},? <updown> from <prior>(?: <before>)?"),
    Shape(_M, "{S} {be} <updown>(?: by)? <chg>(?:,? (?:to|at) <now>)?{since}?{on_before}?{week}"),
    Shape(_M, "{S} stayed at <now>", needs="is_level"),
    Shape(_M, "at <now>,? {S} {be} <updown>(?: by)? <chg>{since}?{on_before}?"),
    Shape(_M, "(?:there were |we (?:counted|recorded|had|got) )?<now> <metric>(?: (?:came in|came|arrived|were counted|were recorded))?(?: (?:in|from|through|via) <name>)?{week}{since}?", needs="is_count"),
    Shape(_M, "<now> <metric>(?: came in)?(?: (?:in|from) <name>)?,? <updown>(?: by)? <chg>{since}?{on_before}?{week}", needs="is_count"),
    Shape(_M, "<now> <metric> came in,? <schg>{on_before}?", needs="is_count"),
    Shape(_M, "<name> {got} <now> <metric>{week}{since}?", needs="is_count"),
    Shape(_M, "<name> {got} <now> <metric>{week},? <updown>(?: by)? <chg>{since}?{on_before}?", needs="is_count"),
    Shape(_M, "<name> (?:spent|cost|took|used) <now>{week}{since}?", metric="spend"),
    Shape(_M, "<name> (?:spent|cost|took|used) <now>{week},? <updown>(?: by)? <chg>{since}?{on_before}?", metric="spend"),
    Shape(_M, "we spent <now>(?: (?:on|in) <name>)?{week}{since}?", metric="spend"),
    Shape(_M, "{S} (?:{be}|stayed|remained|lies|lie|sits|sit|kept) <inout> {range}"),
    Shape(_M, "{S} (?:stayed|kept|remained) (?:to|with)?in {range}", needs="is_inside"),
    Shape(_M, "{S} kept to {range}", needs="is_inside"),
    Shape(_M, "{S} left {range}", needs="is_outside"),
    Shape(_M, r"{S},? (?:at )?\(?<now>\)?,? (?:{be}|stayed|remained|lies|lie|kept) <inout> {range}"),
    Shape(_M, "{S} {be} <now>{week},? (?:still |which is |that is )?<inout> (?:{range}|{usual})"),
    Shape(_M, "{lead}(?: (?:from|in) <name>)? (?:now )?costs? <now>{week}{since}?", metric="cost_per_lead"),
    Shape(_M, "{lead}(?: (?:from|in) <name>)? (?:now )?costs? <now>{week},? <updown>(?: by)? <chg>{since}?{on_before}?", metric="cost_per_lead"),
    Shape(_M, "{lead} (?:from|in) <name> went from <prior> to <now>", metric="cost_per_lead"),
    Shape(_M, "(?:which is |that is |it is |it was |they were )?<updown>(?: by)? <chg>{since}?{on_before}?", follows=True),
    Shape(_M, "(?:after|against|compared with|compared to|versus) <prior>(?:,? <before>)?", follows=True),
    Shape(_M, "<before>,? (?:it was|they were|it had been|there were) <prior>", follows=True),
    Shape(_M, "(?:still |which is |that is |and )?<inout> (?:{range}|{usual})", follows=True),
    Shape(_M, "most weeks (?:lie|fall|are) between <low> and <high>", follows=True),
    Shape(_M, "to <now>", follows=True),
)  # fmt: skip

_P = ("part",)
SPLIT = (
    Shape(_P, "most of it (?:in|from) <name>", follows=True, needs="is_most"),
    Shape(_P, "(?:mainly|mostly|chiefly|largely) (?:in|through|from) <name>", follows=True, needs="is_most"),
    Shape(_P, "(?:all|nearly all|almost all) of it (?:in|from) <name>", follows=True, needs="is_all"),
    Shape(_P, "the <rise> sits (?:mainly |mostly |largely )?in <name>", needs="is_most"),
    Shape(_P, "(?:most|more than half) of the <rise> (?:sits|is|was|lies) in <name>", needs="is_most"),
    Shape(_P, "<name> (?:added|adds|contributed|contributes) <pushed>(?: (?:to|of) (?:it|the <rise>|the change))?", needs="is_up"),
    Shape(_P, "<name> took <pushed> off", needs="is_down"),
    Shape(_P, "<name> (?:accounts for|makes up|holds) <pushed> of the <rise>", needs="is_with"),
)  # fmt: skip
FACTOR = (
    Shape(("factor",), "<factor> (?:added|adds|put on) <pushed>", needs="is_up"),
    Shape(("factor",), "<factor> (?:took|takes) <pushed> (?:off|away)", needs="is_down"),
    Shape(("factor",), "<factor> (?:took|takes) off <pushed>", needs="is_down"),
    Shape(("factor",), "<factor> <pushed>", follows=True),
)

_W = ("waste",)
FINDINGS = (
    Shape(_W, r"<name> (?:spent|took|cost|used) <spend>(?: in <length>)?(?: \(<period>\))? (?:for|and (?:brought|got|gave)) <now> <noun_s>", needs="is_campaign"),
    Shape(_W, r"<spend> (?:went|was spent|were spent) (?:into|on|in) <name>(?: in <length>)?(?: \(<period>\))? for <now> <noun_s>", needs="is_campaign"),
    Shape(_W, r"<name> (?:spent|took|cost|used) <spend>(?: in <length>)?(?: \(<period>\))? (?:without a lead|for no lead|and brought no lead)", needs="is_zero"),
    Shape(_W, r"<name> brought <now> <noun_s>(?: in <length>)?(?: \(<period>\))? for <spend>", needs="is_campaign"),
    Shape(_W, "(?:(?:before,? )?the same money (?:used to bring|brought|once brought)|where the same money used to bring|which used to bring) <expected>(?: leads)?(?: before)?", follows=True),
    Shape(_W, "<name> (?:spends|spent) for next to no leads", needs="is_dead"),
    Shape(_W, "<name> (?:took|spent|used) <spend>(?: over <period>| in <length>)? (?:and gave|and brought|for) <accepted> (?:leads that sales accepted|accepted leads|leads accepted by sales)"),
    Shape(_W, "(?:<cost> each|at <cost> each|that is <cost> each)(?:,? (?:where|while) paid channels together pay <cost_paid>|,? against <cost_paid> across paid channels)?", follows=True),
    Shape(("waste", "opportunity"), "an accepted lead (?:from|in) <name> costs <cost>(?:,? (?:where|while) paid channels together pay <cost_paid>|,? against <cost_paid> across paid channels)?"),
    Shape(("waste",), "an accepted lead there costs <cost>(?:,? (?:where|while) paid channels together pay <cost_paid>|,? against <cost_paid> across paid channels)?", follows=True, needs="same_place"),
    Shape(("opportunity",), "sales accepts <now> of (?:its leads|the leads from <name>)(?:,? (?:and )?<all> of all(?: leads)?|,? against <all> of all(?: leads)?)?", needs="same_place"),
    Shape(("quality",), r"of (?:the )?<decided> leads from <name> that sales judged,? (?:it|sales) accepted <accepted>(?: \(<now>(?:,? leads of <period>)?\))?"),
    Shape(("quality",), r"sales accepted <accepted> of (?:the )?<decided> (?:judged leads|leads it judged)(?: (?:from|in) <name>)(?: \(<now>(?:,? leads of <period>)?\))?"),
    Shape(("quality",), "(?:before|earlier|previously),? (?:it|sales) accepted <prior>", follows=True),
    Shape(("quality",), "sales (?:accepts|accepted|now accepts) (?:only )?<now> of (?:the |its )?(?:judged )?leads from <name>(?:,? (?:where it used to accept|where it accepted|after|against|down from) <prior>(?: <before>)?)?", needs="is_fallen"),
    Shape(("quality",), "sales turns down more leads from <name>", needs="is_fallen"),
    Shape(("slow_follow_up",), "<late> of <leads> leads from <name>(?: of <period>)? (?:were not called in time|were called late|waited longer than promised)"),
    Shape(("slow_follow_up",), "(?:and )?(?:the|their) median wait (?:is|was) <median_hours>", follows=True),
    Shape(("slow_follow_up",), "(?:in the weeks before|before|earlier),? <prior> were called in time", follows=True),
    Shape(("slow_follow_up",), "sales called (?:only )?<now> of the leads from <name>(?: of <period>)? in time(?:,? (?:after|against) <prior>(?: <before>)?)?", needs="is_fallen"),
    Shape(("slow_follow_up",), "(?:only )?<now> of the leads from <name>(?: of <period>)? were called in time(?:,? (?:after|against) <prior>(?: <before>)?)?", needs="is_fallen"),
    Shape(("slow_follow_up",), "leads from <name> (?:wait|waited) too long for a call", needs="has_late"),
    Shape(("drop_off",), r"of (?:the )?<of_count> <of>(?: (?:in|from) <name>),? <count> became <step>(?: \(<now>\))?(?:,? (?:against|after|down from) <prior>(?: <before>)?)?"),
    Shape(("drop_off",), r"<count> of (?:the )?<of_count> <of>(?: (?:in|from) <name>) became <step>(?: \(<now>\))?(?:,? (?:against|after|down from) <prior>(?: <before>)?)?"),
    Shape(("drop_off",), "(?:before|earlier|previously),? <prior> did", follows=True),
    Shape(("drop_off",), "(?:only )?<now> of the <of> in <name> became <step>(?:,? (?:against|after|down from) <prior>(?: <before>)?)?", needs="is_fallen"),
    Shape(("drop_off",), "<of> in <name> no longer turn into <step> as they did", needs="is_fallen"),
    Shape(("cross_section",), r"<count> of <leads> leads from <name> <became>(?: \(<now>\))?(?:,? against <all> of all(?: leads)?)?"),
    Shape(("cross_section",), r"<now> of (?:the )?leads from <name> <became>(?:,? against <all> of all(?: leads)?)?"),
    Shape(("cross_section",), "the 80% interval is <low> to <high>", follows=True),
)  # fmt: skip
SHAPES = (*MOVEMENT, *SPLIT, *FACTOR, *FINDINGS)
