"""Which addresses may be connected to: none inside a network. Judged by the address of the connection itself."""

import errno
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
NAT64 = ip_network("64:ff9b::/96")


class InsideAddress(OSError):
    """The name led to an address that is not of the public internet."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "the address is not a public one")


def is_public(address: Address) -> bool:
    """Addresses that wrap another one (mapped, 6to4, Teredo, NAT64) are judged by what they wrap."""
    if isinstance(address, IPv6Address):
        wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            wrapped.append(IPv4Address(int(address) & 0xFFFFFFFF))
        inner = [one for one in wrapped if one is not None]
        if inner:
            return all(is_public(one) for one in inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def guarded(allowed: Callable[[Address], bool]) -> Callable[[Any], socket.socket]:
    """A socket factory for aiohttp: it is given the very address that is connected to next, whatever a name says."""

    def make(info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, target = info
        if not allowed(ip_address(str(target[0]).partition("%")[0])):
            raise InsideAddress
        return socket.socket(family, kind, protocol)

    return make
