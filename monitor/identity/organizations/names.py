"""The identity of a name, whatever the script and the manner it is written in."""

# ruff: noqa: SIM905 -- legal forms of many scripts, a list of which reads best as words

import html
import re
import unicodedata

from monitor.intake.profiles.placeholders import words_for_no_employer

FOLD_VERSION = 3
"""Goes up when `fold` gives other results, so that what was derived with it is derived again."""

PSEUDO = words_for_no_employer()
"""What people write where they have no organisation; `pseudo = [...]` in the file replaces it."""

_SITE = re.compile(r"(?:https?://)?(?:www\d?\.)?((?:[\w-]+\.)+[a-z]{2,24})\.?(?::\d+)?(?:[/?#].*)?")
_SHARED_HOSTS = (
    *("facebook.com", "linkedin.com", "twitter.com", "x.com", "instagram.com", "youtube.com"),
    *("github.com", "github.io", "gitlab.com", "medium.com", "substack.com", "notion.site"),
    *("google.com", "blogspot.com", "wordpress.com", "wixsite.com", "weebly.com", "tumblr.com"),
    *("wikipedia.org", "archive.org", "crunchbase.com", "myshopify.com", "squarespace.com"),
)
"""Hosts where many have pages; a page there is no sign of who somebody is."""

# Left out where a word of the trade reads the same: e.V. and electric vehicles, z o.o. and a zoo.
_LEGAL_FORMS = frozenset(
    """
    inc incorporated llc llp lllp lp ltd limited plc corp corporation co company cic
    gmbh ggmbh mbh ag kg kgaa ohg ug se sa sas sasu sarl sarlu eurl snc scs srl srls spa sapa
    sl slu slp sau sab sapi sacv sadecv sabdecv sapidecv ltda eireli bv nv vof cvba bvba oy oyj ab
    as asa aps kk gk yk pty pte pvt bhd sdn kft zrt nyrt doo ood eood jsc pjsc ojsc cjsc ooo oao
    zao pao sro spol spzoo tbk ооо оао зао пао ао тоо тов 株 有 주 유
    """.split()
)
_LEADING_FORMS = frozenset({*"株 有 주 유 ооо оао зао пао ао тоо ooo oao zao pao".split()})
_KINDS = frozenset({"technologies", "technology", "group", "the", "holding", "holdings"})
# In scripts without spaces the legal form is a part of the word; longer ones come first.
_PREFIXES = ("株式会社", "株式會社", "有限会社", "合同会社", "合資会社", "주식회사", "유한회사")
_SUFFIXES = (
    *("股份有限公司", "有限责任公司", "有限責任公司", "集团有限公司", "有限公司"),
    *(*_PREFIXES, "集团", "集團", "控股", "公司"),
)
LETTERS_TO_MISSPELL = 10
"""Of names so long, two that differ by one letter are seldom two organisations'."""
_SPLIT_LETTERS = 5  # "S. A. de C. V." written with spaces: so many last words are tried as one,
_LETTERS_OF_A_FORM = 3  # each of at most so many letters

# "Smith & Sons" has lost its sign when its words are told apart, and is "Smith and Sons".
_CONJUNCTIONS = frozenset({"and", "und", "et", "och", "og"})
_FORMER = (
    "formerly|previously|ehemals|vormals|früher|anciennement|antes|anteriormente|voorheen"
    "|tidligere|tidigare|già"
)
_OTHER_NAME = (
    r"(?:[fa][./]?k[./]?a\b\.?|d[./]?b[./]?a\b\.?|doing business as\b"
    rf"|(?:{_FORMER})\b(?: known as\b)?)"
)
_FORMER_NAME = re.compile(
    rf"(?<=\S)(?:[\s,;]*[(\[（](?:{_OTHER_NAME}|now\b|acquired by\b)"  # a name stands before it
    r"|[\s,;]*\s(?:f[./]k[./]a\b\.?|(?:formerly|previously) known as)\s"
    rf"|\s*[,;/|–—-]\s*(?:{_FORMER})\s).*",
    re.IGNORECASE | re.DOTALL,
)
"""What a name says of itself: the name that it had before, has now, or has beside this one."""
_BETWEEN_NAMES = re.compile(
    rf"[\s,;]*[()\[\]（）][\s,;]*|[\s,;/|–—-]+(?={_OTHER_NAME}\s)", re.IGNORECASE
)
_LEADS_TO_A_NAME = re.compile(rf"^(?:{_OTHER_NAME}|now\b|ex\b|was\b)[\s:-]+", re.IGNORECASE)

# Letters that Unicode does not take apart, as they are written where a keyboard lacks them.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_UMLAUT = re.compile("(?<=[aou])e")
"""Zuerich is Zürich: of names that are compared with each other alone."""
_FILLERS = _CONJUNCTIONS | {"of", "the", "for", "de", "del", "di", "der", "des", "du", "la", "für"}
_FEWEST_INITIALS = 3
_LETTERS_OF_A_WORD = 4
_ROMAN = re.compile("[ivxlcdm]+")
"""Numbers tell parts of an organisation apart, however they are written."""
_INNER_START = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_INSIDE = re.compile(r"[.'’`´/·‧・]")
_VANISHING = frozenset({"Cf", "Cs", "Co", "Cn"})


def fold(name: str) -> str:
    """This is the identity of a name: equal for spellings of one, never empty if it has a letter.

    Unicode forms, HTML's way of writing letters, case, Latin accents, spaces, punctuation, "and",
    former names in brackets, legal forms and words of the kind go, while something is left.

    >>> fold("The Scale AI Technologies, Inc."), fold("X.AI"), fold("Société Générale S.A.")
    ('scaleai', 'xai', 'societegenerale')
    >>> fold("Smith &amp; Sons (f/k/a Smith Bros.)") == fold("Smith and Sons")
    True
    """
    return _folded(name, left_out=_CONJUNCTIONS)


def fold_with_and(name: str) -> str:
    """This is the fold with every "and" kept: so names were folded in earlier imports.

    >>> fold("Smith and Sons"), fold_with_and("Smith and Sons Inc.")
    ('smithsons', 'smithandsons')
    """
    return _folded(name, left_out=frozenset())


def _folded(name: str, *, left_out: frozenset[str]) -> str:
    name = _FORMER_NAME.sub("", _unescaped(name))
    folded = _fold_once(name, left_out)
    if name.isascii():
        return folded  # one word of letters and digits folds to itself
    for _ in range(len(name)):
        again = _fold_once(folded, left_out)
        if again == folded:
            break
        folded = again
    return folded


def stated_names(name: str) -> frozenset[str]:
    """Return all names that a name states, folded: before a bracket, in it, and after "formerly".

    >>> [name in stated_names("Oath (f/k/a AOL, Inc.)") for name in ("oath", "aol", "ao")]
    [True, True, False]
    """
    parts = [part for part in _BETWEEN_NAMES.split(_unescaped(name).strip()) if part]
    bare = (_LEADS_TO_A_NAME.sub("", part) for part in parts)
    return frozenset(fold(part) for part in (name, *parts, *bare))


def fold_lightly(name: str) -> str:
    """This is a name without case, accents, spaces and punctuation, every word kept.

    >>> fold_lightly("The Independent"), fold_lightly("self-employed")
    ('theindependent', 'selfemployed')
    """
    name = _unescaped(name)
    return "".join(_words(name)) or name.strip()


def _unescaped(name: str) -> str:
    """Read what was written for HTML, and once more where that was done twice."""
    return html.unescape(html.unescape(name)) if "&" in name else name


def _fold_once(name: str, left_out: frozenset[str]) -> str:
    words = _words(name)
    if not words:
        return name.strip()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    inner = [word for word in words[1:-1] if word not in left_out]
    words = _without_forms([*words[:1], *inner, *words[1:][-1:]])
    return _without_affixes("".join(words))


def _words(name: str) -> list[str]:
    if name.isascii():
        return _WORD.findall(_INSIDE.sub("", name.lower()))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    text = unicodedata.normalize("NFC", _without_latin_accents(text)).translate(_LETTERS)
    words = "".join(_kept(char) for char in _INSIDE.sub("", text)).split()
    return [word for word in words if any(unicodedata.category(char)[0] in "LN" for char in word)]


def _without_latin_accents(text: str) -> str:
    kept: list[str] = []
    latin = True  # a mark at the very start has no letter to belong to
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.category(char) == "Mn":
            if latin:
                continue
        else:
            latin = char.isascii() or unicodedata.name(char, "").startswith("LATIN")
        kept.append(char)
    return "".join(kept)


def _kept(char: str) -> str:
    """This is a letter, digit or mark itself, nothing for what cannot be seen, else a space."""
    category = unicodedata.category(char)
    if category in _VANISHING or "\ufe00" <= char <= "\ufe0f":  # variation selectors are marks
        return ""
    return char if category[0] in "LNM" else " "


def _without_forms(words: list[str]) -> list[str]:
    """These are the words without legal forms at either end and words of the kind at the end."""
    while len(words) > 1:
        last = _form_length(words)
        if not last:
            break
        words = words[:-last]
    while len(words) > 1 and words[0] in _LEADING_FORMS:
        words = words[1:]
    return words


def _form_length(words: list[str]) -> int:
    """This is how many of the last words are one legal form or word of the kind."""
    if words[-1] in _LEGAL_FORMS or words[-1] in _KINDS or words[-1] in _SUFFIXES:
        return 1
    letters = words[1:][-_SPLIT_LETTERS:]
    while len(letters) > 1:
        if (
            all(len(word) <= _LETTERS_OF_A_FORM for word in letters)
            and "".join(letters) in _LEGAL_FORMS
        ):
            return len(letters)
        letters = letters[1:]
    return 0


def _without_affixes(text: str) -> str:
    if text.isascii():
        return text
    for prefix in _PREFIXES:
        if len(text) > len(prefix):
            text = text.removeprefix(prefix)
    for suffix in _SUFFIXES:
        if len(text) > len(suffix):
            text = text.removesuffix(suffix)
    return text


def one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter is wrong, missing, too many, or changed its place in a long name.

    The first letter tells names apart, as digits do.

    >>> one_letter_apart("Peking University", "Peking Univesity")
    True
    >>> one_letter_apart("Lawson College", "Dawson College"), one_letter_apart("Meta", "Metal")
    (False, False)
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 -- few comparisons need it

    names = fold(one), fold(other)
    digits = [[char for char in name if char.isdigit()] for name in names]
    return (
        min(map(len, names)) >= LETTERS_TO_MISSPELL
        and names[0][0] == names[1][0]
        and digits[0] == digits[1]
        and OSA.distance(*names, score_cutoff=1) == 1
    )


def is_written_otherwise(one: str, other: str) -> bool:
    """Whether two names are one, in another order, with words cut short, or as its initials.

    So are a name and another that states it, whole: in a bracket or after words like "formerly".

    >>> is_written_otherwise("AOL", "Oath (f/k/a AOL)"), is_written_otherwise("EY", "EY (Ernst)")
    (True, True)
    >>> is_written_otherwise("Dept. of Health", "Department of Health")
    True
    >>> is_written_otherwise("IBM", "International Business Machines")
    True
    >>> is_written_otherwise("Universität Zürich", "Universitaet Zuerich")
    True
    >>> is_written_otherwise("Acme Labs", "Acme Bank"), is_written_otherwise("Lab One", "Lab Two")
    (False, False)
    >>> is_written_otherwise("Division XI", "Division XVII")
    False
    """
    if fold(one) in stated_names(other) or fold(other) in stated_names(one):
        return True
    shorter, longer = sorted((words_of(one), words_of(other)), key=len)
    if not shorter:
        return False
    if len(shorter) == 1 and len(longer) >= _FEWEST_INITIALS:
        return shorter[0] in {
            "".join(word[0] for word in some) for some in _with_or_without(longer)
        }
    bare = sorted(_without_fillers(shorter))
    if bare and bare == sorted(_without_fillers(longer)):
        return True
    same = [word for word, there in zip(shorter, longer, strict=False) if word == there]
    return len(shorter) == len(longer) and (
        list(map(_without_umlauts, shorter)) == list(map(_without_umlauts, longer))
        or (
            any(len(word) >= _LETTERS_OF_A_WORD for word in same)
            and all(map(_is_cut_short, shorter, longer))
        )
    )


def words_of(name: str) -> list[str]:
    """Return the words of a name as `fold` compares them, without its legal form."""
    return _without_forms(_words(_unescaped(name)))


def parts_of(name: str) -> list[str]:
    """Split a name into its words, and words written together where a capital letter begins one.

    >>> parts_of("RightScale Inc.")
    ['right', 'scale']
    """
    parts = _WORD.findall(_INNER_START.sub(" ", name))
    return _without_forms([fold_lightly(part) for part in parts])


def _with_or_without(words: list[str]) -> tuple[list[str], list[str]]:
    return words, _without_fillers(words)


def _without_fillers(words: list[str]) -> list[str]:
    return [word for word in words if word not in _FILLERS]


def _without_umlauts(word: str) -> str:
    return _UMLAUT.sub("", word)


def _is_cut_short(one: str, other: str) -> bool:
    """Whether a word is the other one, its beginning, or some of its letters with both ends."""
    shorter, longer = sorted((one, other), key=len)
    if shorter == longer:
        return True
    if _ROMAN.fullmatch(shorter) and _ROMAN.fullmatch(longer):
        return False
    rest = iter(longer)
    ends_alike = (shorter[0], shorter[-1]) == (longer[0], longer[-1])
    has_its_letters = ends_alike and all(letter in rest for letter in shorter)
    left_out = len(longer) - len(shorter)  # one letter is a slip, which is weighed by itself
    is_short = len(shorter) > 1 and left_out > 1 and longer.isalpha()
    return is_short and (longer.startswith(shorter) or has_its_letters)


def domain_of(site: str) -> str | None:
    """Return the web domain of an address, where it may be an organisation's own, or None.

    >>> domain_of("https://www.Example.ac.uk/en"), domain_of("stripe.com")
    ('example.ac.uk', 'stripe.com')
    >>> domain_of("https://github.com/acme"), domain_of("Acme Inc."), domain_of("St. Mary")
    (None, None, None)
    """
    match = _SITE.fullmatch(site.strip().casefold())
    host = match[1] if match else None
    return (
        None
        if host is None or any(_ends_with(host, shared_host) for shared_host in _SHARED_HOSTS)
        else host
    )


def _ends_with(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
