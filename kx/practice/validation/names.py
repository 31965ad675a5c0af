"""The rules texts follow: names, labels, keys, ports, paths. Each gives the list of what is wrong, empty if nothing.

Rules and words from apimachinery ``pkg/util/validation/validation.go`` and ``pkg/api/validate/content``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = _LABEL + r"(\." + _LABEL + ")*"
_UNDERSCORED = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_UNDERSCORED_SUBDOMAIN = _UNDERSCORED + r"(\." + _UNDERSCORED + ")*"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_WILDCARD = r"\*\." + _SUBDOMAIN
_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = "(" + _KEY + ")?"
_PERCENT = "[0-9]+%"
_HEADER = "[-A-Za-z0-9]+"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"

_KEY_WORDS = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)

Rule = Callable[[str], list[str]]


def max_length(length: int) -> str:
    """What is said of a text that is too long."""
    return f"must be no more than {length} characters"


def in_range(low: int, high: int) -> str:
    """What is said of a number outside its range."""
    return f"must be between {low} and {high}, inclusive"


def regex_words(words: str, pattern: str, *examples: str) -> str:
    """What is said of a text that does not match its pattern."""
    if not examples:
        return f"{words} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{words} (e.g. {shown}regex used for validation is '{pattern}')"


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def dns_label(text: str) -> list[str]:
    """RFC 1123 label: ``my-name``."""
    wrong = [max_length(63)] if len(text) > 63 else []
    if _matches(_LABEL, text):
        return wrong
    if _matches(_SUBDOMAIN, text):
        return [*wrong, "must not contain dots"]
    words = (
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
        "with an alphanumeric character"
    )
    return [*wrong, regex_words(words, _LABEL, "my-name", "123-abc")]


def dns_subdomain(text: str) -> list[str]:
    """RFC 1123 subdomain: ``example.com``."""
    wrong = [max_length(253)] if len(text) > 253 else []
    if _matches(_SUBDOMAIN, text):
        return wrong
    words = (
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
        "and end with an alphanumeric character"
    )
    return [*wrong, regex_words(words, _SUBDOMAIN, "example.com")]


def dns_subdomain_with_underscore(text: str) -> list[str]:
    """A search domain, where labels may hold underscores."""
    wrong = [max_length(253)] if len(text) > 253 else []
    if _matches(_UNDERSCORED_SUBDOMAIN, text):
        return wrong
    words = (
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must "
        "start and end with an alphanumeric character"
    )
    return [*wrong, regex_words(words, _UNDERSCORED_SUBDOMAIN, "example.com")]


def dns_1035_label(text: str) -> list[str]:
    """RFC 1035 label: as a label, but opening with a letter."""
    wrong = [max_length(63)] if len(text) > 63 else []
    if _matches(_LABEL_1035, text):
        return wrong
    words = (
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
        "character, and end with an alphanumeric character"
    )
    return [*wrong, regex_words(words, _LABEL_1035, "my-name", "abc-123")]


def wildcard_subdomain(text: str) -> list[str]:
    """``*.example.com``."""
    wrong = [max_length(253)] if len(text) > 253 else []
    if _matches(_WILDCARD, text):
        return wrong
    words = (
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
        "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
    )
    return [*wrong, regex_words(words, _WILDCARD, "*.example.com")]


def path_segment(text: str) -> list[str]:
    """What can stand between two slashes of a URL."""
    if text in (".", ".."):
        return [f"may not be '{text}'"]
    return [f"may not contain '{sign}'" for sign in "/%" if sign in text]


def qualified_name(text: str) -> list[str]:
    """A label key: ``app`` or ``example.com/app``."""
    parts = text.split("/")
    if len(parts) > 2:
        words = regex_words(_KEY_WORDS, _KEY, "MyName", "my.name", "123-abc")
        return [f"a valid label key {words} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    wrong: list[str] = []
    if len(parts) == 2:
        wrong = [f"prefix part {each}" for each in (dns_subdomain(parts[0]) if parts[0] else ["must be non-empty"])]
    name = parts[-1]
    if not name:
        wrong.append("name part must be non-empty")
    elif len(name) > 63:
        wrong.append(f"name part {max_length(63)}")
    if not _matches(_KEY, name):
        wrong.append("name part " + regex_words(_KEY_WORDS, _KEY, "MyName", "my.name", "123-abc"))
    return wrong


def label_value(text: str) -> list[str]:
    """The value of a label."""
    wrong = [max_length(63)] if len(text) > 63 else []
    if _matches(_VALUE, text):
        return wrong
    words = f"a valid label must be an empty string or {_KEY_WORDS.removeprefix('must ')}"
    return [*wrong, regex_words(words, _VALUE, "MyValue", "my_value", "12345")]


def port_number(number: int) -> list[str]:
    """1 to 65535."""
    return [] if 1 <= number <= 65535 else [in_range(1, 65535)]


def port_name(text: str) -> list[str]:
    """An IANA service name: ``http``."""
    wrong = [max_length(15)] if len(text) > 15 else []
    if not _matches("[-a-z0-9]+", text):
        wrong.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", text):
        wrong.append("must contain at least one letter (a-z)")
    if "--" in text:
        wrong.append("must not contain consecutive hyphens")
    if text.startswith("-") or text.endswith("-"):
        wrong.append("must not begin or end with a hyphen")
    return wrong


def port_number_or_name(port: int | str) -> list[str]:
    """Either kind of port."""
    return port_name(port) if isinstance(port, str) else port_number(port)


def percent(text: str) -> list[str]:
    """``25%``."""
    words = "a valid percent string must be a numeric string followed by an ending '%'"
    return [] if _matches(_PERCENT, text) else [regex_words(words, _PERCENT, "1%", "93%")]


def header_name(text: str) -> list[str]:
    """The name of an HTTP header."""
    words = "a valid HTTP header must consist of alphanumeric characters or '-'"
    return [] if _matches(_HEADER, text) else [regex_words(words, _HEADER, "X-Header-Name")]


def environment_name(text: str) -> list[str]:
    """The name of an environment variable: printable ASCII without ``=``."""
    if not text:
        return ["environment variable name must be non-empty"]
    if all(" " <= sign <= "~" and sign != "=" for sign in text):
        return []
    return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]


def config_key(text: str) -> list[str]:
    """A key of a ConfigMap or Secret."""
    wrong = [max_length(253)] if len(text) > 253 else []
    if not _matches(_CONFIG_KEY, text):
        words = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        wrong.append(regex_words(words, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    if text in (".", ".."):
        wrong.append(f"must not be '{text}'")
    elif text.startswith(".."):
        wrong.append("must not start with '..'")
    return wrong


def domain_path_part(text: str) -> list[str]:
    """What follows the domain in ``example.com/path``."""
    return [] if _matches(_HTTP_PATH, text) else [regex_words("Invalid path", _HTTP_PATH)]


def ip(text: str) -> list[str]:
    """An IPv4 or IPv6 address."""
    if parse_ip(text):
        return []
    if parse_ip(re.sub(r"(?<![0-9])0+(?=[0-9])", "", text)):
        return ["must not have leading 0s"]
    return ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]


def parse_ip(text: str) -> IPv4Address | IPv6Address | None:
    """The address, or None if it is none."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def cidr(text: str) -> list[str]:
    """A range of addresses: ``10.9.8.0/24``."""
    wrong = ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]
    if "/" not in text:
        return wrong
    try:
        ip_network(text, strict=False)
    except ValueError:
        return wrong
    return []


def endpoint_ip(text: str) -> list[str]:
    """An address traffic can be sent to."""
    found = parse_ip(text)
    if found is None:
        return ["must be a valid IP address"]
    if found.is_unspecified:
        return [f"may not be unspecified ({text})"]
    if found.is_loopback:
        return ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]
    if found.is_link_local:
        return ["may not be in the link-local range (169.254.0.0/16, fe80::/10)"]
    if found.is_multicast and text.startswith(("224.0.0.", "ff02:")):
        return ["may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"]
    return []
