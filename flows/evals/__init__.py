"""How right the analysis is, measured on companies whose truth is known (`countersign agents eval`)."""
