"""What happened: parties, orders, receipts, inspections, prices, certificates, and the ledger that holds them."""
