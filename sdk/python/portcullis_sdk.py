"""What a Portcullis component in Python is written with, beside the bindings that componentize-py makes of `vendor/wit`.

The guide is `sdk/README.md` of Portcullis.
"""

from functools import wraps

from componentize_py_types import Err
from wit_world.imports import log
from wit_world.imports.types import ErrorKind, Failure

# A component without WASI has no stderr, and Python's own traceback looks for sources in a filesystem that isn't there:
# what nobody catches would be a trap without a word.


def exported(function):
    """For each function that the component exports.

    An error of the database becomes the SCIM error that fits. Any other exception is a defect: the log gets its type and where
    it came from, but not its message, which could hold a user's data; then the call ends as a trap.
    """

    @wraps(function)
    def guarded(*arguments):
        try:
            return function(*arguments)
        except Err as error:
            if hasattr(error.value, "kind"):
                raise Err(failure(error.value)) from None
            raise
        except Exception as error:
            log.write(log.Level.ERROR, _report(error))
            raise

    return guarded


def refuse(detail, status=400, scim_type="invalidValue"):
    """What `raise` takes to refuse a request, with a sentence for the client."""
    return Err(Failure(status, scim_type, detail))


def failure(error):
    """The SCIM error of an error of the database (RFC 7644 §3.12)."""
    status, scim_type, words = _MEANINGS.get(error.kind, (500, None, "the database reports an error"))
    constraint = f" (constraint {error.constraint})" if error.constraint else ""
    message = f": {error.message}" if error.message else ""
    return Failure(status, scim_type, f"{words}{constraint}{message}")


def input_of(call, name):
    """The input of a call that has this name, a `Value`; `None`: there is none."""
    return next((given.value for given in call.inputs if given.name == name), None)


def text_of(value):
    """A `Value` as text; `None`: it is NULL or not there."""
    held = getattr(value, "value", None)
    return None if held is None else str(held)


def _report(error):
    frames, traceback = [], error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = code.co_filename.rsplit("/", 1)[-1]
        frames.append(f"{code.co_name} ({file}:{traceback.tb_lineno})")
        traceback = traceback.tb_next
    return f"{type(error).__name__} in {', called by '.join(reversed(frames[1:][-10:]))}"


_INVALID = (400, "invalidValue")
_MEANINGS = {
    ErrorKind.UNIQUE: (409, "uniqueness", "a value that must be unique is already taken"),
    ErrorKind.FOREIGN_KEY: (*_INVALID, "a value refers to something that does not exist, or something else still refers to it"),
    ErrorKind.NOT_NULL: (*_INVALID, "a value that the application requires is missing"),
    ErrorKind.CHECK: (*_INVALID, "a value is not one that the application allows"),
    ErrorKind.TOO_LONG: (*_INVALID, "a value is too long or out of range for its column"),
    ErrorKind.INVALID_VALUE: (*_INVALID, "a value does not fit the type of its column"),
    ErrorKind.CONFLICT: (503, None, "another transaction was in the way; the same request may succeed later"),
    ErrorKind.TIMEOUT: (503, None, "the statement took longer than it may"),
    ErrorKind.UNAVAILABLE: (503, None, "the database cannot be reached"),
    ErrorKind.PERMISSION: (500, None, "the database account may not do this"),
    ErrorKind.STATEMENT: (500, None, "the database refuses the configured statement"),
    ErrorKind.ROW_EFFECT: (500, None, "the statement did not change as many rows as it must, and nothing was kept"),
    ErrorKind.NOT_PLANNED: (500, None, "the statement is not in the operation's plan"),
    ErrorKind.MISSING_VALUE: (500, None, "a parameter of the statement has no value"),
}
