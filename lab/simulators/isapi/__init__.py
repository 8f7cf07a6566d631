"""A Hikvision network video recorder as a client meets it: ISAPI's documents over HTTPS, behind digest authentication."""
