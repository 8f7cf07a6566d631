"""The one calendar of all that ends: licenses, warranties, support and maintenance contracts, certificates, domains."""
