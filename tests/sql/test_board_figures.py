"""The figures that `status` shows, as they were published."""


def test_each_figure_has_its_name_and_its_value(board):
    """As `figures` has them of the derived tables."""
    board.given("figures", {"name": "held_moves", "value": 3})
    assert board.run("figures") == [("held_moves", 3)]
