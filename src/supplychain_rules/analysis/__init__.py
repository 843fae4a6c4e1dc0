"""Questions about rules: are they sound, what would it take, what if the weights changed, who would move."""
