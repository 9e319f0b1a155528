"""The approved list: which pages may be read, what of each, and for how long."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from countersign.core.hashing import short_id
from countersign.core.landed import RESEARCH_KINDS
from countersign.sources.connecting.connector import Options
from countersign.sources.research.addresses import parse_place
from countersign.sources.research.reading import Take

Words = Annotated[str, Field(min_length=1, max_length=200)]


class ApprovedPage(BaseModel):
    """One page or feed that a person approved, and what is taken of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    kind: str
    about: Words | None = None
    take: Take
    select: Words | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None

    @field_validator("url")
    @classmethod
    def _is_fetched(cls, url: str) -> str:
        # Ports are refused where the page is visited, by what may be reached.
        return parse_place(url, ports=None).url

    @field_validator("kind")
    @classmethod
    def _is_known(cls, kind: str) -> str:
        if kind not in RESEARCH_KINDS:
            raise ValueError(f"use one of {', '.join(RESEARCH_KINDS)}")
        return kind

    @model_validator(mode="after")
    def _says_what_fits(self) -> "ApprovedPage":
        if self.take == "items" and not self.select:
            raise ValueError("`take: items` needs `select`: a CSS selector of one item")
        if self.select and self.take not in ("items", "text"):
            raise ValueError("`select` fits `take: items` and `take: text` only")
        if self.kind == "competitor_message" and not self.about:
            raise ValueError("say `about`: whose message it is")
        return self

    @property
    def key(self) -> str:
        """What the page is remembered under; a changed entry is read anew."""
        return short_id("page_", self.model_dump(mode="json"))


class ResearchOptions(Options):
    """`contact` travels with every request, so that a site's owner knows whom to ask."""

    contact: str
    pages: Annotated[tuple[ApprovedPage, ...], Field(min_length=1, max_length=500)]
    at_most_pages: int = Field(50, ge=1, le=500)
    time_limit_s: int = Field(300, ge=10, le=3600)
    restated_days: Literal[None] = None

    @field_validator("contact")
    @classmethod
    def _can_be_asked(cls, contact: str) -> str:
        if not re.fullmatch(
            r"(https?://[\x21-\x7e]+\.[\x21-\x7e]+|[\x21-\x7e]+@[\x21-\x7e]+\.[a-z]+)", contact
        ):
            raise ValueError("give an e-mail address or a web page about your reading")
        return contact

    @model_validator(mode="after")
    def _lists_each_once(self) -> "ResearchOptions":
        if len({page.key for page in self.pages}) < len(self.pages):
            raise ValueError("two entries of `pages` are the same")
        return self
