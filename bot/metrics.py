"""Figures for the people who run the bot. Labels are fixed words: no names, ids or content."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

REGISTRY = CollectorRegistry()
REQUESTS = Counter("facilitator_requests_total", "Requests from Slack", ["kind", "outcome"], registry=REGISTRY)
DELIVERIES = Counter("facilitator_deliveries_total", "Deliveries tried", ["kind", "outcome"], registry=REGISTRY)
OVERDUE = Gauge("facilitator_deliveries_overdue", "Deliveries that are due and not made", registry=REGISTRY)
NOT_WELL = Gauge("facilitator_not_well", "1 while this is not well", ["sign"], registry=REGISTRY)
ACCEPTED = Gauge(
    "facilitator_slack_accepted_timestamp", "When Slack last took a message; 0: not since the start", registry=REGISTRY
)
OLDEST = Gauge("facilitator_deliveries_oldest_seconds", "How late the latest delivery is", registry=REGISTRY)


def told(kind: str) -> str:
    """A delivery's kind as the figures name it: those of concerns count as messages, for they must not be counted."""
    return "message" if kind.startswith("concern.") else kind


def exposition() -> bytes:
    """All figures in Prometheus' text form."""
    return generate_latest(REGISTRY)
