"""The most frequent spelling of an organisation."""


def given(sql) -> None:
    names = [("a", "Acme"), ("a", "ACME"), ("a", "ACME"), ("b", "Bolt"), ("b", "Aolt"), (None, "x")]
    rows = ({"side": n, "unit": unit, "name": name} for n, (unit, name) in enumerate(names))
    sql.given("sides", *rows)


def test_the_most_frequent_spelling_is_told_and_of_several_the_first_in_the_alphabet(sql):
    """Of the organisations that are asked for."""
    given(sql)
    assert sql.run("unit_names", units=["a"]) == [("a", "ACME")]
    assert sql.run("unit_names", units=["b", "none"]) == [("b", "Aolt")]


def test_without_a_list_every_organisation_has_its_name(sql):
    """As the read model keeps them; a side of no organisation has none."""
    given(sql)
    assert sorted(sql.run("unit_names", units=None)) == [("a", "ACME"), ("b", "Aolt")]
