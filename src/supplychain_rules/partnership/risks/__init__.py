"""Risks of supply and of customers: the register and its scores, exposure, what a bad year costs, and who bears what."""
