"""Network devices: what they should run, what they do run, and how the one becomes the other."""
