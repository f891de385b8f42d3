"""From OpenAI's organization usage API to one file of pages, for the person who holds an admin key.

Only the shell's `fetch` command comes here: the page never imports this package, takes no key and calls no one.

A file of pages comes to be like this:
- `kinds` knows the twelve kinds of results, what each can be grouped by, and the largest page per interval;
- `plan` turns what was asked into queries, and says which stretches of time are still missing from a draft;
- `api` gets one reply: retried where that can help, never redirected, bounded in time and size;
- `page` makes a reply a line, as it came but for white space between tokens, and says what time it covers;
- `draft` keeps the lines in `FILE.part` and a record of each in `FILE.part.fetch`; both are renamed when it is done,
  so that FILE is only ever replaced as a whole;
- `run` walks through what is missing, page by page, and reports what could not be had.

`FILE.fetch` stays beside FILE: a page whose buckets are all empty does not say what it was asked for, and only this
record tells `--resume` and `--update` what FILE holds. The page and `check` need FILE alone.
"""
