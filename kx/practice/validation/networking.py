"""Ingresses, ingress classes and network policies.

Rules: Kubernetes' ``pkg/apis/networking/validation``.
"""

from __future__ import annotations

from ipaddress import ip_network

from kx.practice.status import Obj
from kx.practice.validation import meta, names
from kx.practice.validation.errors import (
    Errors,
    each_invalid,
    forbidden,
    immutable,
    invalid,
    required,
    too_long,
    unsupported,
)

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_IN_PATH = ("//", "/./", "/../", "%2f", "%2F")
_BAD_AT_END = ("/..", "/.")
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_PROTOCOLS = ("TCP", "UDP", "SCTP")


def ingress(obj: Obj, old: Obj | None) -> Errors:
    """An Ingress."""
    spec = obj.get("spec") or {}
    default, rules = spec.get("defaultBackend"), spec.get("rules") or []
    if not rules and default is None:
        yield invalid("spec", None, "either `defaultBackend` or `rules` must be specified")
    if default is not None:
        yield from _backend("spec.defaultBackend", default)
    for at, rule in enumerate(rules):
        yield from _rule(f"spec.rules[{at}]", rule)
    for at, tls in enumerate(spec.get("tls") or ()):
        for position, host in enumerate(tls.get("hosts") or ()):
            yield from each_invalid(f"spec.tls[{at}].hosts[{position}]", host, _host(host))
        secret = tls.get("secretName") or ""
        if secret:
            yield from each_invalid(f"spec.tls[{at}].secretName", secret, names.dns_subdomain(secret))
    name = spec.get("ingressClassName")
    if name is not None:
        yield from each_invalid("spec.ingressClassName", name, names.dns_subdomain(name))
    noted = ((obj.get("metadata") or {}).get("annotations") or {}).get(_CLASS_ANNOTATION)
    if old is None and noted is not None and name is not None:
        detail = "can not be set when the class field is also set"
        yield invalid(f"annotations.{_CLASS_ANNOTATION}", noted, detail)


def _host(host: str) -> list[str]:
    return names.wildcard_subdomain(host) if "*" in host else names.dns_subdomain(host)


def _rule(path: str, rule: Obj) -> Errors:
    host, http = rule.get("host") or "", rule.get("http")
    if host:
        if names.parse_ip(host):
            yield invalid(f"{path}.host", host, "must be a DNS name, not an IP address")
        yield from each_invalid(f"{path}.host", host, _host(host))
    if http is None:
        return
    if not http.get("paths"):
        yield required(f"{path}.http.paths")
    for at, each in enumerate(http.get("paths") or ()):
        yield from _path(f"{path}.http.paths[{at}]", each)


def _path(path: str, given: Obj) -> Errors:
    kind, text = given.get("pathType"), given.get("path") or ""
    if kind is None:
        yield required(f"{path}.pathType", "pathType must be specified")
        return
    if kind in ("Exact", "Prefix"):
        if not text.startswith("/"):
            yield invalid(f"{path}.path", text, "must be an absolute path")
        for bad in _BAD_IN_PATH:
            if bad in text:
                yield invalid(f"{path}.path", text, f"must not contain '{bad}'")
        for bad in _BAD_AT_END:
            if text.endswith(bad):
                yield invalid(f"{path}.path", text, f"cannot end with '{bad}'")
    elif kind == "ImplementationSpecific":
        if text and not text.startswith("/"):
            yield invalid(f"{path}.path", text, "must be an absolute path")
    else:
        yield unsupported(f"{path}.pathType", kind, _PATH_TYPES)
    yield from _backend(f"{path}.backend", given.get("backend") or {})


def _backend(path: str, given: Obj) -> Errors:
    service, resource = given.get("service"), given.get("resource")
    if service is not None and resource is not None:
        yield invalid(path, "", "cannot set both resource and service backends")
    elif resource is not None:
        yield from _reference(f"{path}.resource", resource)
    elif service is None:
        yield invalid(path, "", "resource or service backend is required")
    else:
        yield from _service_backend(path, service)


def _service_backend(path: str, service: Obj) -> Errors:
    name, port = service.get("name") or "", service.get("port") or {}
    if name:
        yield from each_invalid(f"{path}.service.name", name, names.dns_1035_label(name))
    else:
        yield required(f"{path}.service.name")
    number, port_name = port.get("number") or 0, port.get("name") or ""
    if number and port_name:
        yield invalid(path, "", "cannot set both port name & port number")
    elif port_name:
        yield from each_invalid(f"{path}.service.port.name", port_name, names.port_name(port_name))
    elif number:
        yield from each_invalid(f"{path}.service.port.number", number, names.port_number(number))
    else:
        yield required(path, "port name or number is required")


def _reference(path: str, given: Obj) -> Errors:
    """Another object in the same place, by group, kind and name."""
    if given.get("apiGroup") is not None:
        yield from each_invalid(f"{path}.apiGroup", given["apiGroup"], names.dns_subdomain(given["apiGroup"]))
    for field in ("kind", "name"):
        value = given.get(field) or ""
        if value:
            yield from each_invalid(f"{path}.{field}", value, names.path_segment(value))
        else:
            yield required(f"{path}.{field}", f"{field} is required")


def ingress_class(obj: Obj, old: Obj | None) -> Errors:
    """An IngressClass; its controller never changes."""
    spec = obj.get("spec") or {}
    if old is not None:
        yield from immutable("spec.controller", spec.get("controller"), (old.get("spec") or {}).get("controller"))
    controller = spec.get("controller") or ""
    if len(controller) > 250:
        yield too_long("spec.controller", 250)
    yield from domain_prefixed_path("spec.controller", controller)
    parameters = spec.get("parameters")
    if parameters is not None:
        yield from _parameters("spec.parameters", parameters)


def domain_prefixed_path(path: str, text: str) -> Errors:
    """``example.com/name``."""
    if not text:
        yield required(path)
        return
    host, _, rest = text.partition("/")
    if not host or not rest:
        yield invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')
        return
    yield from each_invalid(path, host, names.dns_subdomain(host))
    yield from each_invalid(path, rest, names.domain_path_part(rest))


def _parameters(path: str, given: Obj) -> Errors:
    yield from _reference(path, given)
    scope, namespace = given.get("scope"), given.get("namespace")
    if scope is None:
        yield required(f"{path}.scope")
    elif scope not in ("Cluster", "Namespace"):
        yield unsupported(f"{path}.scope", scope, ("Cluster", "Namespace"))
    elif scope == "Namespace":
        if namespace is None:
            yield required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'")
        else:
            yield from each_invalid(f"{path}.namespace", namespace, names.dns_label(namespace))
    elif namespace is not None:
        yield forbidden(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'")


def network_policy(obj: Obj, old: Obj | None) -> Errors:
    """A NetworkPolicy."""
    spec = obj.get("spec") or {}
    yield from meta.selector("spec.podSelector", spec.get("podSelector"))
    for kind, peers in (("ingress", "from"), ("egress", "to")):
        for at, rule in enumerate(spec.get(kind) or ()):
            for position, port in enumerate(rule.get("ports") or ()):
                yield from _policy_port(f"spec.{kind}[{at}].ports[{position}]", port)
            for position, peer in enumerate(rule.get(peers) or ()):
                yield from _peer(f"spec.{kind}[{at}].{peers}[{position}]", peer)
    types = spec.get("policyTypes") or []
    if len(types) > 2:
        yield invalid("spec.policyTypes", types, "may not specify more than two policyTypes")
        return
    for at, each in enumerate(types):
        if each not in ("Ingress", "Egress"):
            yield unsupported(f"spec.policyTypes[{at}]", each, ("Ingress", "Egress"))


def _policy_port(path: str, given: Obj) -> Errors:
    protocol, port, end = given.get("protocol"), given.get("port"), given.get("endPort")
    if protocol is not None and protocol not in _PROTOCOLS:
        yield unsupported(f"{path}.protocol", protocol, _PROTOCOLS)
    if port is None:
        if end is not None:
            yield invalid(f"{path}.endPort", end, "may not be specified when `port` is not specified")
    elif isinstance(port, str):
        if end is not None:
            yield invalid(f"{path}.endPort", end, "may not be specified when `port` is non-numeric")
        yield from each_invalid(f"{path}.port", port, names.port_name(port))
    else:
        yield from each_invalid(f"{path}.port", port, names.port_number(port))
        if end is not None:
            if end < port:
                yield invalid(f"{path}.endPort", port, "must be greater than or equal to `port`")
            yield from each_invalid(f"{path}.endPort", end, names.port_number(end))


def _peer(path: str, peer: Obj) -> Errors:
    yield from meta.selector(f"{path}.podSelector", peer.get("podSelector"))
    yield from meta.selector(f"{path}.namespaceSelector", peer.get("namespaceSelector"))
    block = peer.get("ipBlock")
    if block is not None:
        yield from _block(f"{path}.ipBlock", block)
    given = [kind for kind in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(kind) is not None]
    if not given:
        yield required(path, "must specify a peer")
    elif len(given) > 1 and block is not None:
        yield forbidden(path, "may not specify both ipBlock and another peer")


def _block(path: str, block: Obj) -> Errors:
    text = block.get("cidr") or ""
    if not text:
        yield required(f"{path}.cidr")
        return
    wrong = names.cidr(text)
    yield from each_invalid(f"{path}.cidr", text, wrong)
    if wrong:
        return
    whole = ip_network(text, strict=False)
    for at, each in enumerate(block.get("except") or ()):
        here, wrong = f"{path}.except[{at}]", names.cidr(each)
        yield from each_invalid(here, each, wrong)
        if wrong:
            return
        part = ip_network(each, strict=False)
        if part.version != whole.version or part.network_address not in whole or part.prefixlen <= whole.prefixlen:
            yield invalid(here, each, "must be a strict subset of `cidr`")
