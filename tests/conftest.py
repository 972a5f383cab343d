"""The environment of every test: builds print without colour and see one date, whatever the caller's are.

Sphinx colours what it prints where a service sets CI=true or FORCE_COLOR. The as-of date of a project that states
none is SOURCE_DATE_EPOCH, which make takes from the last commit, or from 1980 where there is no repository.
"""

import os

from hypothesis import settings

os.environ["NO_COLOR"] = "1"
os.environ["SOURCE_DATE_EPOCH"] = "1793577600"  # 2026-11-02

# the same examples in every run; --hypothesis-profile=default looks for new ones
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
