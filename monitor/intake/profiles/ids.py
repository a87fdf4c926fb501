"""Ids of profiles: one form for all ways of writing one id."""

import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

_PLAIN = r"^[A-Za-z0-9_:~@-][A-Za-z0-9_.:~@-]*$"
_BLANKS = re.compile("[\\s\u2800\u3164\uffa0]+")
_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?:)?//|(?=www\.)|(?=(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?/))"
    r"(?:www\.)?(?P<host>[\w.-]+)(?::(?P<port>\d+))?(?P<rest>[/?#].*)?",
    re.IGNORECASE,
)
_NAMESPACED = re.compile(r"([a-z0-9][a-z0-9_-]{0,63}):(?!//)(.+)", re.DOTALL)
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR = re.compile(f"0[{_CROCKFORD}]{{6}}[0-9]{{2}}")
_DEFAULT_PORTS = (None, "80", "443")
_RESERVED = frozenset(" %/?#[]@!$&'()*+,;=:\"<>\\^`{|}")
"""What means something else in an address where it is not encoded."""


def canonical_id(text: str) -> str:
    r"""Return the form of an id that all ways of writing it share; empty if it is blank.

    Blanks at its ends, what cannot be seen and the way in which letters are composed make no
    difference; nor do, in an address, the scheme, `www.`, the case of the host, a slash at the end
    and what is encoded with percent signs. Other letters keep their case.

    >>> canonical_id("\u00a0p1 "), canonical_id("http://www.Example.org/Ada%20L%C3%A9a/")
    ('p1', 'https://example.org/Ada%20Léa')
    """
    if text.isascii():
        seen = text
    else:
        composed = unicodedata.normalize("NFC", text)
        seen = "".join(char for char in composed if unicodedata.category(char) != "Cf")
    clean = _BLANKS.sub(" ", seen).strip()
    address = _ADDRESS.fullmatch(clean)
    return clean if address is None else _canonical_address(address)


def is_plain(ids: pa.Array) -> pa.Array:
    """Say of each id whether it has one form only, by its letters: those of most sources have."""
    letters = pc.match_substring_regex(ids, _PLAIN)
    return pc.and_not(letters, pc.starts_with(ids, "www.", ignore_case=True))


def is_ror(text: str) -> bool:
    """Whether a text is the id of an organisation at ROR, its check digits included.

    It is a number in base 32 (as Crockford writes it) before two digits, ISO 7064 mod 97-10.

    >>> is_ror("05dxps055"), is_ror("05dxps056")
    (True, False)
    """
    if not _ROR.fullmatch(text):
        return False
    number = 0
    for letter in text[:-2]:
        number = number * len(_CROCKFORD) + _CROCKFORD.index(letter)
    return int(text[-2:]) == 98 - number * 100 % 97


def canonical_key(key: str) -> str:
    """Return an id that may have the name of its source before it (`press:ada`) in one form."""
    named = _NAMESPACED.fullmatch(key.strip())
    return canonical_id(key) if named is None else f"{named[1]}:{canonical_id(named[2])}"


def _canonical_address(address: re.Match[str]) -> str:
    port = "" if address["port"] in _DEFAULT_PORTS else f":{address['port']}"
    host = address["host"].rstrip(".").lower()
    rest = _ENCODED.sub(_decoded, address["rest"] or "").replace(" ", "%20")
    return unicodedata.normalize("NFC", f"https://{host}{port}{rest.rstrip('/?#')}")


def _decoded(encoded: re.Match[str]) -> str:
    raw = bytes.fromhex(encoded[0].replace("%", ""))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return encoded[0].upper()
    return "".join(
        "".join(f"%{byte:02X}" for byte in char.encode())
        if char in _RESERVED or not char.isprintable()
        else char
        for char in text
    )
