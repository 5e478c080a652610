"""What the integration costs, measured beside its alternatives."""

# First: it brings its own engine under the name voluptuous, which others import, too.
import homeassistant  # noqa: F401
