"""culturefit: does a chatbot's reply fit this person's language and culture as well as it fits the reference locale?"""

from __future__ import annotations

__version__ = "0.1.0"
