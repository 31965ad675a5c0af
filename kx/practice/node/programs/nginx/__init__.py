"""nginx: its configuration as far as practice needs it, its pages and its logs."""
