"""How many rows of two Parquet files are not in both."""


def test_rows_of_either_file_alone_are_counted_as_often_as_they_stand(sql):
    """A row that stands twice in one and once in the other differs once."""
    one = sql.parquet("profiles", {"id": "a"}, {"id": "b"}, {"id": "b"})
    other = sql.parquet("profiles", {"id": "b"}, {"id": "c"}, {"id": "d"})
    assert sql.run("parquet_row_differences", one=one, other=other) == [(4,)]
    assert sql.run("parquet_row_differences", one=one, other=one) == [(0,)]
