"""FOR EYES: reports made of decisions, in English and Chinese."""
