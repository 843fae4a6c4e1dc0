"""Customers: who they are to us, what they get, when we speak, how far we trust them."""
