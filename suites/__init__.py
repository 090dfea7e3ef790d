"""Suites, locale packs and crisis lines: data only. culturefit.suite reads them."""
