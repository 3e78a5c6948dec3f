"""Outside records become checked facts; imports only graph."""
