"""From what FRR and Linux print to NAPALM's models. Pure functions: text or decoded JSON in, plain values out."""
