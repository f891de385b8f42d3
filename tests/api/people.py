"""The organization's users, projects and keys, in lists of `limit` with an `after`, as the administration API has them."""

from typing import Any

USERS: list[dict[str, Any]] = [
    {"object": "organization.user", "id": "user-ada", "name": "Ada L.", "email": "ada@example.com", "role": "owner"},
    {"object": "organization.user", "id": "user-bob", "name": None, "email": "bob@example.com", "role": "reader"},
    *(
        {"object": "organization.user", "id": f"user-{number}", "name": f"Person {number}", "email": None}
        for number in range(150)
    ),
]
PROJECTS: list[dict[str, Any]] = [
    {"object": "organization.project", "id": "proj_alpha", "name": "Alpha", "status": "active"},
    {"object": "organization.project", "id": "proj_beta", "name": '=HYPERLINK("x")', "status": "active"},
    {"object": "organization.project", "id": "proj_old", "name": "Old, and gone", "status": "archived"},
]
KEYS: dict[str, list[dict[str, Any]]] = {
    "proj_alpha": [
        {
            "object": "organization.project.api_key",
            "id": "key_one",
            "name": "Nightly",
            "redacted_value": "sk-abc…def",
            "owner": {"type": "service_account", "service_account": {"id": "svc_1", "name": "Robot"}},
        },
        {
            "object": "organization.project.api_key",
            "id": "key_two",
            "name": "Web",
            "owner": {"type": "user", "user": {"id": "user-left", "name": "Left Long Ago", "email": "l@example.com"}},
        },
    ],
    "proj_beta": [],
}


def reply_of(path: str, after: str | None, limit: int) -> dict[str, Any] | None:
    """A list; None for a path that there is not."""
    if path == "users":
        return _listed(USERS, after, limit)
    if path == "projects":
        return _listed(PROJECTS, after, limit)
    _, project, *rest = [*path.split("/"), "", ""]
    return _listed(KEYS[project], after, limit) if rest[0] == "api_keys" and project in KEYS else None


def _listed(items: list[dict[str, Any]], after: str | None, limit: int) -> dict[str, Any]:
    ids = [item["id"] for item in items]
    start = ids.index(after) + 1 if after else 0
    part = items[start : start + min(limit, 100)]
    return {
        "object": "list",
        "data": part,
        "first_id": part[0]["id"] if part else None,
        "last_id": part[-1]["id"] if part else None,
        "has_more": start + len(part) < len(items),
    }
