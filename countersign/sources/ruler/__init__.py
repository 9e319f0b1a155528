"""The ruler: invented companies whose truth is known, by which the analysis is measured.

One seed is one company. Budgets and demand drive impressions, clicks, visits, leads, verdicts and deals;
incidents and decoys are planted in known places; everything that is true goes to truth.json and nowhere else.
Nothing under `agents/` or `countersign/analytics/` may import this package or read that file: who writes a
detector must not know how the ruler works.
"""
