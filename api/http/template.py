"""What every process of a service of several has, imported and worked out once in the one that they are copies of.

It opens nothing and starts nothing: neither a file nor a thread may be copied.
"""

from __future__ import annotations

import gc

from analytics.responsibility.catalogue import shipped
from api.http.app import made_routes

shipped()
made_routes()
gc.collect()
gc.freeze()  # what is never looked through is never written to, and stays shared
