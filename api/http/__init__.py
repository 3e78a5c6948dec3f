"""The HTTP service: reads over the same use cases as the command line, errors as problem+json, documentation that works offline."""
