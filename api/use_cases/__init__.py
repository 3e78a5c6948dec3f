"""What the system can be asked, one module a theme; the command line and the service both call these, so they cannot differ."""
