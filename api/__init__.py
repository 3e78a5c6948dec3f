"""Every way in: the command line, the HTTP service, the page and the settings; nothing imports it."""

__version__ = "0.1.0"
