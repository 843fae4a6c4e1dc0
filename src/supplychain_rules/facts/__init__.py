"""What happened, the ledger that holds it, how rows become facts of it, and how good the information is."""
