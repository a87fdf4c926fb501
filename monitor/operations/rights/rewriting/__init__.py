"""Files and rows of the state, written anew without the people who are erased."""
