"""curl: requests over the simulated network, in curl's own words."""
