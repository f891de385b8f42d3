"""What stands between the network and the page: who may ask, for what, how much, and what every answer carries.

Plain ASGI: `Guard` refuses before Streamlit sees a request. It knows nothing of usage.
"""

from components.guard.guard import Guard

__all__ = ["Guard"]
