"""Personal data: pseudonyms, masks, the restricted store, rotation of the key, and being forgotten.

Nothing outside this folder and `state/restricted/` ever sees a raw e-mail address, phone number or name.
"""
