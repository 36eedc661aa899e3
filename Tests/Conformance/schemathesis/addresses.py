"""Each exchange of a token seems to come from another address, where the store believes that: whoever sends many wrong
ones from one address hears nothing but that they must wait."""
import itertools

import schemathesis

numbers = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.path.endswith("/exchange"):
        case.headers["X-Forwarded-For"] = f"2001:db8::{next(numbers):x}"
