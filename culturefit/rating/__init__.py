"""People and judges as raters: agreement between them, calibration of a judge, and the page on which people rate."""
