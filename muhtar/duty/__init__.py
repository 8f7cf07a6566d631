"""The duty board: for each duty of the regulation, who owes it, what proves it and when it was last proven."""
