"""A fetch, a resume or an update, from its first request to its last sentence."""

from pathlib import Path

from data.fetch import draft
from data.fetch.api import Api
from data.fetch.asked import Asked, Exit
from data.fetch.draft import Draft, DraftError, Places
from data.fetch.failure import Failure
from data.fetch.key import Secret
from data.fetch.names import NamesError, names, names_file, write_names
from data.fetch.plan import CannotPlanError, Plan, end_of, missing, spoken
from data.fetch.progress import Progress, counted
from data.fetch.run import Trouble, fetch, lacking


def work(asked: Asked, key: Secret, address: str, progress: Progress, now: int) -> Exit:
    """Everything that was asked for; gives the exit code."""
    try:
        with Api(key, address, progress.say) as api:
            return _Work(asked, api, progress, now).all()
    except (CannotPlanError, DraftError) as error:
        progress.say(str(error))
        return Exit.UNUSABLE
    except OSError as error:
        progress.say(f"{error.filename or asked.file}: {error.strerror or error}")
        return Exit.INCOMPLETE
    except KeyboardInterrupt:
        progress.end()
        progress.say("stopped")
        return Exit.STOPPED


class _Work:
    def __init__(self, asked: Asked, api: Api, progress: Progress, now: int) -> None:
        self.asked, self.api, self.progress, self.now = asked, api, progress, now
        self.places = Places(asked.file)

    def all(self) -> Exit:
        code = Exit.COMPLETE
        if not self.asked.only_names:
            self.places.mend()
            code = self._update() if self.asked.update else self._resume() if self.asked.resume else self._anew()
        if self.asked.names and code in (Exit.COMPLETE, Exit.INCOMPLETE):
            code = max(code, self._names(names_file(self.asked.file)))
        return code

    def _anew(self) -> Exit:
        if waiting := self._waiting():
            raise DraftError(
                f"a fetch of {self.asked.file.name} was interrupted: --resume goes on with it; "
                f"to begin anew, delete {' and '.join(each.name for each in waiting)}"
            )
        with draft.begin(self.places, self.asked.plan(self.now)) as begun:
            return self._finish(begun)

    def _waiting(self) -> list[Path]:
        """The files of a fetch that waits to be gone on with."""
        places = self.places
        if places.part.exists() and places.part_record.exists():
            return [places.part, places.part_record]
        try:
            state = draft.published(places)
        except DraftError:  # FILE is no longer what was fetched, so there is nothing to go on with
            return []
        return [places.file, places.record] if state and missing(*state) else []

    def _resume(self) -> Exit:
        left = draft.take_up(self.places)
        if left:
            with left:
                if not self.asked.agrees_with(left.plan, self.now):
                    was = f"{'; '.join(map(str, left.plan.queries))}; {spoken(left.plan.start, left.plan.end)}"
                    raise DraftError(f"{self.asked.file.name} was begun for {was}: --resume -o FILE alone goes on")
                return self._finish(left)
        if draft.published(self.places):
            self.progress.say(f"{self.asked.file.name} is complete; --update {self.asked.file.name} adds what is new")
            return Exit.COMPLETE
        return self._anew()

    def _update(self) -> Exit:
        """What was interrupted first; then what is new, and what was still open when it was fetched."""
        left = draft.take_up(self.places)
        if left:
            with left:
                code = self._finish(left)
            if code != Exit.COMPLETE:
                return code
        state = draft.published(self.places)
        if state is None:
            name = self.places.record.name
            raise DraftError(f"{name} is not there, which says what FILE was asked for: fetch anew with --from")
        old, records = state
        plan = Plan(old.queries, old.start, max(old.end, end_of(self.asked.last, self.now)), self.now)
        settled = [record for record in records if record.settled]
        with draft.copied(self.places, plan, records, settled, complete_or_nothing=True) as grown:
            return self._finish(grown)

    def _finish(self, begun: Draft) -> Exit:
        """Fetches what is missing, puts the file in place, and says what there is and what is not."""
        stopped, say = False, self.progress.say
        self.progress.expect(sum(each.end - each.start for each in missing(begun.plan, begun.records)))
        trouble = Trouble()
        try:
            fetch(self.api, begun, self.progress.step, trouble)
        except KeyboardInterrupt:
            trouble.end, stopped = "it was stopped", True
        self.progress.end()
        for sentence in lacking(begun, trouble):
            say(sentence)
        file, pages = self.asked.file.name, counted(len(begun.records), "page")
        complete = not missing(begun.plan, begun.records)
        if not (complete or begun.holds_more):
            begun.discard()
            return Exit.STOPPED if stopped else Exit.UNUSABLE
        placed = begun.publish()
        if complete:
            say(f"{file}: complete, {pages}, {spoken(begun.plan.start, begun.plan.end)}")
            return Exit.COMPLETE
        again = f"fetch {'--update' if self.asked.update else '--resume -o'} {file}"
        say(f"{file}: {f'{pages} so far' if placed else 'as it was; what was fetched waits beside it'}; go on: {again}")
        return Exit.STOPPED if stopped else Exit.INCOMPLETE

    def _names(self, path: Path) -> Exit:
        try:
            found = names(self.api, self.progress.say)
            write_names(path, found)
        except (Failure, NamesError) as failure:
            self.progress.say(f"names: not written: {failure}")
            return Exit.INCOMPLETE
        self.progress.say(f"{path.name}: {counted(len(found), 'name')}")
        return Exit.COMPLETE
