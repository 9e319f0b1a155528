"""Who gets how much credit for conversions: rule-based models, Markov chains and Shapley values."""
