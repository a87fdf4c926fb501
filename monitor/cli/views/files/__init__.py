"""What commands print of files and of the snapshots made of them."""
