"""Everything people read: message ids to French and English sentences.

The sentences are in `locale/<language>/LC_MESSAGES/picup.po`; `CONTRIBUTING.md` says how to compile them.
"""

from picup_planner.messages.subjects import names_of
from picup_planner.messages.words import DOMAIN, FOLDER, FRENCH, LANGUAGES, Words

__all__ = ["DOMAIN", "FOLDER", "FRENCH", "LANGUAGES", "Words", "names_of"]
