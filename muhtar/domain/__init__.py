"""The domains of the town: until when are they its own?"""
