"""What must be bought in a budget year, by when, for about how much and by which way of the law; and the papers for it."""
