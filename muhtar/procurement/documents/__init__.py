"""The papers of a purchase list, in Turkish: CSV, XLSX and DOCX. Each module makes bytes of a list; none writes files."""
