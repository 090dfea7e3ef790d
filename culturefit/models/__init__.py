"""Backends: one module each, behind the protocol of culturefit.models.base; conf/model/ names them by `_target_`."""
