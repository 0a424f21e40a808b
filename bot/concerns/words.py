"""The words for concerns that several views and papers share."""

from db.models.concern import About, ConcernState, Urgency

ABOUT_WHOM = (
    (About.CHILD.value, "A child or young person"),
    (About.ADULT.value, "An adult"),
    (About.STAFF.value, "A member of staff or a volunteer"),
    (About.UNSURE.value, "I am not sure"),
)
HOW_SOON = (
    (Urgency.NOW.value, "Now"),
    (Urgency.TODAY.value, "Today"),
    (Urgency.WEEK.value, "This week"),
)
ROLE_WORDS = {"lead": "safeguarding lead", "deputy": "deputy safeguarding lead", "head": "head of the organisation"}
LABELS = {
    "who": "Who it is about",
    "people": "Chosen from the raiser's own sessions",
    "not_told": "Must not learn of it",
    "occurred": "When it happened, or when the raiser was told",
    "meeting": "At which session",
    "place": "Where it happened",
    "where": "Where, in the raiser's words",
    "facts": "What was seen or heard",
    "words": "The person's exact words",
    "questions": "What the raiser said or asked",
    "opinion": "The raiser's own view (opinion, not fact)",
    "injury": "Injury that was seen, in words",
    "witnesses": "Who else was there",
    "done": "Already done",
    "did": "What else was done, and when",
    "knows": "Does the person know?",
    "wishes": "What the adult wants to happen",
    "agreed": "Did they agree to this being shared?",
    "reason": "Why it is shared without their agreement",
    "able": "Can they decide this for themselves?",
    "paper": "First written on paper",
    "message": "Raised from a message",
    "incident": "Raised from an incident",
}
"""The raiser's fields as they are read, in their order."""


def label(field: str) -> str:
    """What a sealed field is called; `more.2.facts` is what the raiser added the second time."""
    first, _, rest = field.partition(".")
    number, _, name = rest.partition(".")
    return f"Added later ({number}): {LABELS[name]}" if first == "more" else LABELS[field]


STATE_WORDS = {
    ConcernState.RAISED: "new",
    ConcernState.ACKNOWLEDGED: "acknowledged",
    ConcernState.TRIAGED: "being looked into",
    ConcernState.ACTING: "acting",
    ConcernState.MONITORING: "watching",
    ConcernState.REFERRED: "referred",
    ConcernState.CLOSING: "waiting for second sign-off",
    ConcernState.CLOSED: "closed",
    ConcernState.REOPENED: "reopened",
    ConcernState.DUPLICATE: "duplicate",
    ConcernState.ENTERED_IN_ERROR: "entered in error",
}
"""Where a concern stands, in the words that people read."""
