"""The read model: what people look at, published whole and read while a run works."""
