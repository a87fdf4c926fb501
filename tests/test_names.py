import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.identity.organizations.names import fold, fold_lightly, is_written_otherwise

NAMES = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="aB .,&'-éøß株式会社有限公司ＡﬁЙйا\u0301\u200b\u00ad\t\n", max_size=20),
    st.lists(
        st.sampled_from(
            ["The", "Group", "Inc.", "S.", "A.", "Scale", "株式会社", "é", "(株)", "&"]
        ),
        max_size=6,
    ).map(" ".join),
)

SPELLINGS = [
    ("Meta Platforms", "META  PLATFORMS, INC."),
    ("Meta Platforms", "Ｍｅｔａ Platforms Inc"),
    ("Scale AI", "scale-ai"),
    ("Scale AI", "The Scale AI Technologies Group, LLC"),
    ("xAI", "X.AI Corp."),
    ("Société Générale", "SOCIETE GENERALE S.A."),
    ("Société Générale", "Socie\u0301te\u0301 Ge\u0301ne\u0301rale S. A."),
    ("Łódź Soft", "LODZ SOFT"),
    ("Mærsk", "Maersk A/S"),
    ("Straße", "STRASSE GmbH & Co. KG"),
    ("Cemex", "CEMEX, S. A. de C. V."),
    ("Cemex", "Cemex S.A.B. de C.V."),
    ("Allegro", "Allegro Sp. z o.o."),
    ("Avast", "Avast spol. s r. o."),
    ("トヨタ", "株式会社トヨタ"),
    ("トヨタ", "トヨタ(株)"),
    ("トヨタ", "ﾄﾖﾀ 株式会社"),
    ("百度", "百度有限公司"),
    ("삼성", "(주)삼성"),
    ("Яндекс", "ООО «Яндекс»"),
    ("Zero Width", "Zero\u200b Wid\u00adth"),
    ("O'Reilly", "O\u2019Reilly"),
    ("O'Reilly", "O&#39;Reilly"),
    ("Smith & Sons", "Smith &amp; Sons"),
    ("Smith & Sons", "Smith &amp;amp; Sons"),
    ("Smith & Sons", "Smith and Sons, Inc. Inc."),
    ("Müller & Söhne", "M&uuml;ller und S&#246;hne GmbH"),
    ("Dupont & Fils", "Dupont et Fils"),
    ("Hewlett–Packard", "Hewlett-Packard Co. Company"),
    ("Acme", "Acme (f/k/a Beta Industries)"),
    ("Acme", "Acme Inc. (formerly Beta)"),
    ("Acme", "Acme GmbH （ehemals Beta）"),
    ("Acme", "Acme, formerly known as Beta"),
    ("Acme", "Acme f/k/a Beta LLC"),
    ("Acme", "Acme (f.k.a. Beta)"),
    ("Acme", "Acme, formerly Beta"),
    ("Acme", "Acme – anciennement Beta"),
    ("Beta", "Beta (acquired by Acme)"),
    ("Meta", "Meta [previously Facebook]"),
]

DIFFERENT = [
    ("Meta", "Metamark"),
    ("Google", "Google DeepMind"),
    ("Block", "H&R Block"),
    ("Йота", "Иота"),
    ("ガス", "カス"),
    ("कमल", "कमला"),
    ("AS Roma", "Roma"),
    ("Co Star", "Star"),
    ("A. O. Smith", "Smith"),
    ("San Diego Zoo", "San Diego"),
    ("Acme EV", "Acme"),
    ("Visa", "Vi S.A."),
    ("公司宝", "宝"),
    ("Acme", "Acme (Europe)"),
    ("Formerly Known As", "Acme"),
    ("Sand Inc", "S"),
    ("Black and", "Black"),
    ("AT&T", "A and B T"),
    ("Nowhere (nowadays)", "Nowhere"),
    ("Buy Formerly Loved", "Buy"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_spellings_of_one_name_fold_alike(one, other):
    """Case, accents, punctuation, legal forms and words of the kind make no other organisation."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_fold_differently(one, other):
    """Nothing is compared by a part, and marks that carry meaning stay."""
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("AOL", "Oath (f/k/a AOL, Inc.)", True),
        ("AOL", "Oath, formerly AOL", True),
        ("AOL", "Oath (a.k.a. AOL)", True),
        ("AOL", "Oath d/b/a AOL", True),
        ("TNS", "Kantar (ex-TNS)", True),
        ("X", "X Corp. (Twitter)", True),
        ("EY", "EY (Ernst & Young)", True),
        ("EMC", "Was: EMC", True),
        ("AOL", "Oath (f/k/a AOL Time Warner)", False),
        ("AOL", "Oath (AOL, Yahoo)", False),
        ("Pay", "Buy Now Pay", False),
    ],
)
def test_a_name_that_another_states_whole_may_be_its_own(one, other, same):
    """In brackets, or after words that lead to another name; never a part of it."""
    assert is_written_otherwise(one, other) is is_written_otherwise(other, one) is same


@pytest.mark.parametrize(
    "name", ["The Group", "Inc.", "Group", "The", "The The", "S.A.", "株式会社"]
)
def test_a_name_made_of_legal_forms_only_is_still_a_name(name):
    """Words are taken away only while something is left."""
    assert fold(name)


@given(NAMES)
def test_folding_twice_is_folding_once(name):
    """A fold can be used as a name, as unlisted ids are."""
    assert fold(fold(name)) == fold(name)


@given(NAMES)
def test_a_name_with_a_letter_or_a_digit_is_never_folded_to_nothing(name):
    """No two names become equal by both becoming empty."""
    if any(unicodedata.category(char)[0] in "LN" for char in name):
        assert fold(name)
        assert fold_lightly(name)


@given(st.text(alphabet="?!-*#… ", max_size=9))
def test_a_name_of_symbols_folds_to_itself(name):
    """What has no letters is told apart by its symbols."""
    assert fold(name) == fold_lightly(name) == name.strip()


@given(NAMES)
def test_case_and_spaces_never_matter(name):
    """However a name is typed, it is the same."""
    assert fold(f"  {name}\t") == fold(name)
    if name.isascii():
        assert fold(name.upper()) == fold(name.lower())
