"""Starts dialdesk-practice for one script and counts what held.

A script says `check("what should hold", condition, detail)` and ends with `sys.exit(finish())`.
`strict(type, value)` validates with the vendor's own pydantic types, which the SDKs themselves apply leniently.
"""
import atexit
import os
import subprocess
import sys

import pydantic

ACCOUNT = "AC" + "0" * 32
TOKEN = "practice"
NUMBER = "+14155550199"

_counts = {True: 0, False: 0}


def start(*options: str) -> int:
    """Runs the program named by DIALDESK_PRACTICE until this script ends. Returns its port."""
    program = os.environ.get("DIALDESK_PRACTICE", "build/dev/bin/dialdesk-practice")
    process = subprocess.Popen([program, "--port", "0", "--seed", "1", *options], stdout=subprocess.PIPE, text=True)
    atexit.register(process.terminate)
    first = process.stdout.readline()
    return int(first.rsplit(":", 1)[1])


def check(what: str, held, detail: object = "") -> bool:
    held = bool(held)
    _counts[held] += 1
    print(("ok      " if held else "FAILED  ") + what + (f"  {detail}" if detail != "" else ""), flush=True)
    return held


def refused(what: str, error_type, call, inspect=lambda error: True):
    """Checks that the call raises the SDK's error, and that `inspect` likes it."""
    try:
        call()
    except error_type as error:
        return check(what, inspect(error), str(error).replace("\n", " ")[:160])
    except Exception as error:
        return check(what, False, repr(error))
    return check(what, False, "was not refused")


def strict(what: str, type_, value) -> bool:
    try:
        pydantic.TypeAdapter(type_).validate_python(value)
    except pydantic.ValidationError as error:
        return check(what, False, error)
    return check(what, True)


def finish() -> int:
    print(f"{_counts[True]} passed, {_counts[False]} failed", flush=True)
    return 1 if _counts[False] else 0
