"""Scorers: one module each, with its card (`<name>.md`) beside it. The protocol is in culturefit.scoring."""
