"""People who were erased: what is kept so that they do not come back, and how files lose them."""
