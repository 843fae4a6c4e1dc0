"""The settlement waterfall: clauses, what they come to, and what is proved of them."""
