"""Turkish letters compared and sorted as Turkish has them, whatever the machine's locale: i and ı, ç after c, ğ after g."""

from __future__ import annotations

import unicodedata

__all__ = ["alphabetical", "capitals", "folded", "loose"]

_SMALL = str.maketrans({"I": "ı", "İ": "i"})
_LARGE = str.maketrans({"i": "İ", "ı": "I"})
# q, w and x are not Turkish letters; foreign names have them, and people look for them where English has them.
_ORDER = {letter: place for place, letter in enumerate("abcçdefgğhıijklmnoöpqrsştuüvwxyz")}
# Circumflexes (kâğıt, resmî) do not count in the order of words.
_FLAT = str.maketrans("âîû", "aiu")


def folded(text: str) -> str:
    """For 'the same name?': without capitals, the Turkish way, and without doubled spaces. `FEN İŞLERİ` is `Fen  İşleri`."""
    small = unicodedata.normalize("NFC", text).translate(_SMALL).casefold()
    # Programs of other languages make i and a dot above of İ.
    return " ".join(small.replace("i\u0307", "i").split())


def loose(text: str) -> str:
    """For 'the same serial number?': as `folded`, and with ı for i, which programs confuse where they make capitals."""
    return folded(text).replace("ı", "i").replace(" ", "")


def capitals(text: str) -> str:
    """All in capitals, the Turkish way: `Bilgi İşlem` is `BİLGİ İŞLEM`."""
    return unicodedata.normalize("NFC", text).translate(_LARGE).upper()


def alphabetical(text: str) -> tuple[tuple[int, int], ...]:
    """A key for sorting by the Turkish alphabet: Çankaya after Cebeci, Isparta before İzmir; other signs before letters."""
    return tuple((1, _ORDER[sign]) if sign in _ORDER else (0, ord(sign)) for sign in folded(text).translate(_FLAT))
