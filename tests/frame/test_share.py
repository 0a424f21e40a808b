"""The brake before pages that anybody can reach."""

from ipaddress import ip_address

from starlette.requests import Request

from bot import share


def request_from(host: str) -> Request:
    """A request from an address."""
    return Request({"type": "http", "client": (host, 1), "headers": []})


def test_a_network_of_thousands_of_addresses_is_one_customer() -> None:
    brake = share.Share()
    site = int(ip_address("2001:db8:7::"))
    taken = [brake.takes(request_from(str(ip_address(site + (one << 64))))) for one in range(share.ALL)]
    assert sum(taken) == share.SITE
    assert brake.takes(request_from("2001:db8:8::1")), "another customer is answered"
    assert brake.takes(request_from("192.0.2.1"))
