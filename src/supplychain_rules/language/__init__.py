"""How a rule is written: nodes, types, formulas, table cells, the meaning and the speed."""
