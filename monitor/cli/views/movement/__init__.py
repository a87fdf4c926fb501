"""What commands print of moves and organisations."""
