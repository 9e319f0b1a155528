"""The offline words of a recommendation: which actions, in one headline, and why these."""

from agents.language import capitalised, listed, paragraph, sentence
from agents.recommendation.option import Option
from agents.recommendation.wording import ActionWords, RecommendationWording
from agents.story import Story


def write_offline(story: Story, options: list[Option]) -> RecommendationWording:
    """The words of a recommendation without a model."""
    if not options:
        return _nothing(story)
    return RecommendationWording(
        title=_title(options),
        lede=_lede(options),
        actions=[_punctuated(option.words) for option in options],
    )


def _nothing(story: Story) -> RecommendationWording:
    """Nothing is proposed, and why not."""
    analysis = story.analysis
    if analysis.week is None:
        title, why = "Nothing to act on in this data", "no source stands out from the others beyond chance"
    elif analysis.is_stale:
        title = "Nothing is proposed: the data are too old to act on"
        why = f"the last week on record is {story.sheet.period(analysis.week, 'week')}, and what has happened"
        why += " since is in no source"
    else:
        title, why = "Nothing to change this week", "no finding is serious enough to act on"
    lede = paragraph(f"nothing is proposed, because {why}", "leaving things as they are is the proposal")
    return RecommendationWording(title=title, lede=lede, actions=[])


def _title(options: list[Option]) -> str:
    """The money first, where there is any; else every action."""
    return capitalised(options[0].headline or listed([option.short for option in options]))


def _then(options: list[Option]) -> str:
    """What the title left out."""
    rest = [option.short for option in options[1:]]
    return f"Then {listed(rest)}" if options[0].headline and rest else ""


def _lede(options: list[Option]) -> str:
    money = [option for option in options if option.moves_money]
    open_effect = [option for option in options if not option.is_known_effect]
    if len(options) == 1:
        about_money = "It changes what is spent" if money else "It costs working time, no budget"
    elif not money:
        about_money = "None of these touches the budget; all cost working time"
    elif len(money) == len(options):
        about_money = "All of these change what is spent"
    else:
        about_money = f"Only {_named(money)} would change what we spend"
    effect = ""
    if len(open_effect) == len(options):
        effect = (
            "What they would bring is not known" if len(options) > 1 else "What it would bring is not known"
        )
    elif open_effect:
        effect = f"What {_named(open_effect)} would bring is not known; the rest is arithmetic on past weeks"
    else:
        effect = "Each effect below is arithmetic on past weeks, not a forecast"
        if forecast := [option for option in options if option.is_forecast]:
            effect = f"What {_named(forecast)} would bring is an estimate from response curves"
    return paragraph(_then(options), about_money, effect)


def _named(options: list[Option]) -> str:
    return listed([option.noun for option in options])


def _punctuated(words: ActionWords) -> ActionWords:
    return ActionWords(
        title=capitalised(words.title),
        why=sentence(words.why),
        effect=sentence(words.effect),
        against=sentence(words.against),
    )
