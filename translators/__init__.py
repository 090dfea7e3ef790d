"""Translation engines: one module each, with its card. The protocol is in culturefit.translation."""
