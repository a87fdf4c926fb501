"""The board: pages over HTTP, made by the server from the read model and the state."""
