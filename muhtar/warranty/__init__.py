"""What the department owns: is each thing covered by a warranty, maintenance or support contract, and until when?"""
