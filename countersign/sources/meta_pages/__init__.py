"""Meta pages: posts of a Facebook page and media of an Instagram business account, with their totals."""
