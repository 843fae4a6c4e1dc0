"""The same meaning elsewhere: rule sets on data frames and in SQL."""
