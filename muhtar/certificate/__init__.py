"""The certificates of the town's services: until when do they hold, and does anybody vouch for them?"""
