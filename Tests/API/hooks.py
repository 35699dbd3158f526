"""What schemathesis makes up is mostly nobody's: half of the names it invents are replaced by those of the rehearsal, by the
names' own bytes, so that the same seed asks the same."""
import json
import os
import zlib

import schemathesis

WORLD = json.loads(os.environ.get("CURFEW_API_WORLD", "{}"))
NAMES = {"run": "runs", "openID": "people", "user": "people", "account": "accounts", "digest": "digests", "name": "files",
         "file": "files", "place": "places", "act": None}


def known(key, value):
    names = WORLD.get(NAMES.get(key) or "", [])
    if not names or not isinstance(value, str):
        return value
    chance = zlib.crc32(value.encode("utf-8", "surrogatepass"))
    return names[chance // 2 % len(names)] if chance % 2 else value


def replaced(value):
    if isinstance(value, dict):
        return {key: known(key, replaced(inner)) for key, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner) for inner in value]
    return value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return replaced(path_parameters)


@schemathesis.hook
def map_query(context, query):
    return replaced(query)


@schemathesis.hook
def map_body(context, body):
    return replaced(body)


@schemathesis.hook
def filter_body(context, body):
    """What takes somebody out for good, and what stops everything, is tried by tests of its own."""
    return not (isinstance(body, dict) and body.get("act") in ("erase", "stop-all"))
