"""Builds print without colour: Sphinx colours whatever stdout is where a service sets CI=true or FORCE_COLOR."""

import os

os.environ["NO_COLOR"] = "1"
