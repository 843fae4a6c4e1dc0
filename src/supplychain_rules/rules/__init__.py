"""The primitives: measures, formulas, gates, scorecards, ladders, tables, and the policies made of them."""
