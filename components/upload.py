"""Files a visitor drops → a dataset. Reading shows how far it is and lets go of the bytes when it is done."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components import address, memory, sources, theme
from components.guard.uploads import REFUSED
from components.sources import Dataset
from data.exports import MOST_VALUES, Export, crowded
from data.exports.child import Upload
from data.exports.uploads import read_many_in_child

WAYS = """
**Dashboard** · platform.openai.com → *Usage* → choose the period and a grouping → *Export*. No key is needed.

**One command** · with an admin key, in all dimensions; the page itself never takes a key:
```
python -m data fetch --from 2026-10-01 --to 2026-10-31 -o usage.jsonl.gz
```

**curl, or a script of yours** · save the replies of `GET /v1/organization/usage/completions` as they come, with
`limit=31`. Pages, lists of buckets, JSON Lines, flat rows, gzip and zip archives load as they are.
"""


def privacy() -> str:
    """What becomes of an upload."""
    kept = "saved behind a link that only you get" if sources.saves_uploads() else "kept for this browser tab alone"
    read = f"Your files are read on this server, and what they hold is {kept}."
    return f"{read} The page makes no connection to anyone else."


def uploader(dataset: Dataset, *, adding: bool = False, compact: bool = False) -> None:
    """A place to drop exports; what is dropped is read, kept and shown."""
    # A new key each time: the old widget's bytes are let go, and Streamlit does not copy them at every rerun.
    turn = st.session_state.setdefault("upload-turn", 0)
    organization = "" if compact else _organization()
    files = st.file_uploader(
        "Choose or drop usage and cost exports: JSON, JSON Lines or CSV, also gzipped or zipped",
        accept_multiple_files=True,
        key=f"upload-{turn}",
    )
    files = _taken(files or [])
    if not files:
        return
    exports = [*(dataset.exports if adding else ()), *_read(files, organization)]
    _let_go(files)
    _next_turn()
    if dimension := crowded(exports, MOST_VALUES):
        st.session_state[REFUSED] = (
            f"The files were not taken: together they have more than {MOST_VALUES:,} {theme.many(dimension)}, which is "
            f"as many as the page tells apart. Upload fewer of them, or exports that are not grouped by {dimension}."
        )
    else:
        address.open_dataset(sources.save(sources.titled([export.name for export in exports]), exports))
    st.rerun()


def _taken(files: Sequence[UploadedFile]) -> list[UploadedFile]:
    """The files that came; says why others did not, at this run and at the one that shows what came."""
    refused = [file for file in files if file.type == REFUSED]
    if refused:
        reasons = dict.fromkeys(file.getvalue().decode() for file in refused)
        told = "1 file was" if len(refused) == 1 else f"{len(refused):,} files were"
        st.session_state[REFUSED] = f"{told} not taken. {' '.join(reasons)}"
        _let_go(refused)
        if len(refused) == len(files):
            _next_turn()
            st.rerun()
    return [file for file in files if file.type != REFUSED]


def not_taken() -> list[str]:
    """Why files of the last upload were not taken, said once."""
    return [said] if (said := st.session_state.pop(REFUSED, "")) else []


def _organization() -> str:
    return st.text_input(
        "Organization (optional)",
        placeholder="A label, when exports of several organizations are shown together",
        max_chars=80,
    ).strip()


def _read(files: Sequence[UploadedFile], organization: str) -> list[Export]:
    """What the files hold, read by a process of its own: whatever is in them, the page goes on."""
    uploads = [Upload(file.getvalue(), file.name, organization) for file in files]
    known = [memory.read_before(upload) for upload in uploads]
    unread = [upload for upload, export in zip(uploads, known, strict=True) if export is None]
    with st.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, "Reading …")
        # Any click stops this run, and with it the reading; the next run has an empty uploader.
        st.button("Cancel", type="tertiary", key="upload-cancel", on_click=_next_turn)

    def progress(index: int, fraction: float) -> None:
        name = theme.markdown(theme.shorten(unread[index].name, 60))
        bar.progress((index + fraction) / len(unread), f"Reading {name} · {theme.percent(fraction)}")

    fresh = read_many_in_child(unread, progress=progress) if unread else []
    for export in fresh:
        memory.put_read(export)
    following = iter(fresh)
    return [export or next(following) for export in known]


def _let_go(files: Sequence[UploadedFile]) -> None:
    """Drops the bytes as soon as they are read; left to itself Streamlit keeps them until the session's end."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for file in files:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _next_turn() -> None:
    st.session_state["upload-turn"] = st.session_state.get("upload-turn", 0) + 1


@st.dialog("New upload", width="medium", icon=":material/upload_file:")
def dialog(dataset: Dataset) -> None:
    """Replaces what is shown, or adds to it."""
    adding = st.toggle("Add to the data shown now", disabled=dataset.is_sample or not dataset.exports)
    uploader(dataset, adding=adding)
    st.caption(privacy())
    with st.expander("Three ways to get an export"):
        st.markdown(WAYS)
