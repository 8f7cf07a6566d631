"""What the department has bought the right to use: is it in term, must it be ordered, is it enough?"""
