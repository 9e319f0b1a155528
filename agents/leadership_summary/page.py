"""What a summary is made of: the story of the week, the drafts that feed it, and what it may show of them."""

import re
from dataclasses import dataclass

from agents.feeding import Fed, carry_over, is_fed
from agents.leadership_summary.wording import PLAIN_WORDS
from agents.rules import TOKEN
from agents.story import Story
from countersign.core.contracts import Fact
from countersign.core.memory import Remembered
from countersign.reports.token_syntax import Token, parse

REPORT, RECOMMENDATION = "reporting", "recommendation"
# What the leads of this week would have cost: arithmetic on what was not so, never measured.
SUPPOSED = "spend_at_the_price_before"


@dataclass(frozen=True)
class Page:
    """One summary in the making.

    Args:
        story: the same snapshot read as the report reads it; it lends the sheet and the sentences.
        fed: the drafts of this run, by agent; one whose agent could not draft is not among them.
        facts: theirs, as far as this agent's card grants what they read; nothing else may be shown.
        memory: what people decided on earlier drafts of them.
    """

    story: Story
    fed: dict[str, Fed]
    facts: dict[str, Fact]
    memory: tuple[Remembered, ...] = ()

    def carried(self, agent: str, text: str) -> str:
        """Another draft's prose in this page's aliases and plain words; empty when it may not be shown."""
        return plainly(carry_over(text, self.fed[agent].draft, sheet=self.story.sheet, facts=self.facts))

    def supposes(self, text: str) -> bool:
        """Whether prose cites a figure of what would have been, so that it is inferred."""
        sheet = self.story.sheet
        cited = {piece.alias for piece in parse(text) if isinstance(piece, Token) and piece.kind == "fact"}
        known = (fact_id for alias, fact_id in sheet.bindings.items() if alias in cited)
        return any(sheet.held(fact_id).metric == SUPPOSED for fact_id in known)

    def tellable(self, text: str) -> bool:
        """Whether prose says something, and every figure of it stands in a draft that was handed over."""
        sheet = self.story.sheet
        aliases = [piece.alias for piece in parse(text) if isinstance(piece, Token) and piece.kind == "fact"]
        return bool(text) and all(is_fed(sheet.held(sheet.bindings[alias]), self.facts) for alias in aliases)

    def shown(self, *fact_ids: str | None) -> bool:
        """Whether figures are known and may all be shown."""
        sheet = self.story.sheet
        return all(
            fact_id is not None
            and sheet.value(fact_id) is not None
            and is_fed(sheet.held(fact_id), self.facts)
            for fact_id in fact_ids
        )


_TRADE = re.compile(
    rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in sorted(PLAIN_WORDS, key=len, reverse=True))})(?!\w)",
    re.IGNORECASE,
)


def plainly(text: str) -> str:
    """Prose with trade words put as people say them; tokens stay.

    >>> plainly("Cost per lead rose to {{fact:cost_per_lead}}.")
    'The cost of a lead rose to {{fact:cost_per_lead}}.'
    """
    return "".join(
        text[piece.start : piece.end] if isinstance(piece, Token) else _TRADE.sub(_said_plainly, piece.text)
        for piece in parse(text)
    )


def trade_words(text: str) -> list[str]:
    """The trade words in prose, outside tokens.

    >>> trade_words("The funnel of {{name:cac}} fell")
    ['funnel']
    """
    return _TRADE.findall(TOKEN.sub(" · ", text))


def _said_plainly(found: re.Match[str]) -> str:
    said = found.group()
    plain = next(put for word, put in PLAIN_WORDS.items() if word.casefold() == said.casefold())
    is_acronym = said.isupper()
    return plain[:1].upper() + plain[1:] if said[:1].isupper() and not is_acronym else plain
