"""The demo: the department's main job, once, on the lab; every chapter says what it expects and stops where that is not so."""
