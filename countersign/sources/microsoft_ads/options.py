"""What a Microsoft Advertising source may say under `options:`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from countersign.sources.connecting.connector import Options

Number = Annotated[str, BeforeValidator(str), Field(pattern=r"^[0-9]+$")]


class MicrosoftOptions(Options):
    """One ad account and its customer (the manager of accounts).

    `level` is the grain; campaigns that have no ad groups, such as Performance Max, are told whole only
    by "campaign".
    """

    account_id: Number
    customer_id: Number
    level: Literal["ad_group", "campaign"] = "ad_group"
