"""The cheat sheet and the chapters of the training: data, and what plays it."""
