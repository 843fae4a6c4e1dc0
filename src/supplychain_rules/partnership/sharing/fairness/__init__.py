"""Rules of fairness: claims, games, and what each split keeps and loses."""
