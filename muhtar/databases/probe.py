"""The program that asks a database server on its own host, in its own client, and prints the answers as one line of JSON.

On stdin it takes {"words": the client, "database": where to begin, "first": questions to the server as a whole, "each": the same
for every database that the answer names, or null; or, in place of both, "do": [[database, statements], ...]}.
"""

from __future__ import annotations

__all__ = ["PROBE"]

# The standard library alone: it runs there. Nothing of a password is asked for, so none can be printed.
PROBE = r'''
import json
import os
import subprocess
import sys

LIMIT = 90


def ask(words, database, text):
    """The client's output for `text` in a database, and its complaint; one of the two is empty."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10", "PGAPPNAME": "muhtar"}
    if database is not None:
        environment["PGDATABASE"] = database
    try:
        done = subprocess.run(
            words, input=text, capture_output=True, encoding="utf-8", errors="replace", timeout=LIMIT, env=environment
        )
    except subprocess.TimeoutExpired:
        return "", "no answer within %d s" % LIMIT
    except OSError as error:
        return "", str(error)
    if done.returncode:
        return "", done.stderr.strip()[-1500:] or "it ended with code %d" % done.returncode
    return done.stdout, ""


def values(text):
    """The values that follow each other in a client's output; PostgreSQL breaks lines within one."""
    found, place, decoder = [], 0, json.JSONDecoder()
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        value, place = decoder.raw_decode(text, place)
        found.append(value)
    return found


def main():
    """Answer one request."""
    request = json.load(sys.stdin)
    words = request["words"]
    answer = {"first": [], "each": {}, "errors": {}}
    if request.get("do") is not None:
        for database, text in request["do"]:
            _, complaint = ask(words, database, text)
            if complaint:
                # What comes after may build on it.
                answer["errors"][database] = complaint
                break
        return answer
    printed, complaint = ask(words, request["database"], request["first"])
    if complaint:
        answer["errors"][""] = complaint
        return answer
    answer["first"] = values(printed)
    if request.get("each"):
        for database in answer["first"][0]["databases"]:
            printed, complaint = ask(words, database, request["each"])
            if complaint:
                answer["errors"][database] = complaint
            else:
                answer["each"][database] = values(printed)[0]
    return answer


json.dump(main(), sys.stdout)
'''
