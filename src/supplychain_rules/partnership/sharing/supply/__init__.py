"""Supply contracts that share the risk of demand."""
