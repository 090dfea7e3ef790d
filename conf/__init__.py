"""Hydra's configuration groups, found as pkg://culturefit.conf."""
