"""What a page may say over its websocket. Streamlit hears more: to empty everybody's caches, to write on the disk."""

import json

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

_NEEDED = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"}
_JSON = ("json_value", "json_trigger_value")
_OPERATIONS = {"deferred_file", "dataframe_chunk"}
"""Of what is asked without a rerun: a file that is made when its button is clicked, more rows of a table."""


def is_heard(content: bytes) -> bool:
    """Whether the page needs it; what is no message at all is Streamlit's to refuse."""
    try:
        said = BackMsg.FromString(content)
    except DecodeError:
        return True
    kind = said.WhichOneof("type")
    if kind == "backend_operation_request":
        return said.backend_operation_request.WhichOneof("payload") in _OPERATIONS
    return kind in _NEEDED and all(map(_is_sound, said.rerun_script.widget_states.widgets))


def _is_sound(widget: WidgetState) -> bool:
    """Whether what should be JSON is: Streamlit reads it unasked, and would end the run with an error."""
    kind = widget.WhichOneof("value")
    if kind not in _JSON:
        return True
    try:
        json.loads(getattr(widget, kind))
    except (ValueError, RecursionError):
        return False
    return True


def heard(receive: Receive) -> Receive:
    """The same without what the page does not need."""

    async def receive_needed() -> Message:
        while True:
            message = await receive()
            content = message.get("bytes")  # none where the connection begins or ends
            if content is None or is_heard(content):
                return message

    return receive_needed
