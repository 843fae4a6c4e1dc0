"""Partnership: what was agreed, what it comes to when prices move or supply breaks, and who gets and bears what."""
