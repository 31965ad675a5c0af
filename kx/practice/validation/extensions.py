"""What stands around an API server: webhooks, admission policies, aggregated APIs, signing requests.

Rules: Kubernetes' ``pkg/apis/{admissionregistration,certificates}/validation`` and kube-aggregator.
Expressions inside policies are not compiled.
"""

from __future__ import annotations

import base64

from kx.practice.status import Obj
from kx.practice.validation import meta, names
from kx.practice.validation.errors import (
    Errors,
    Validator,
    duplicate,
    each_invalid,
    invalid,
    required,
    unsupported,
)

_PEM = b"-----BEGIN CERTIFICATE REQUEST-----"
_USAGES = (
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
)
_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")


def webhooks(is_mutating: bool) -> Validator:
    """The validator of webhook configurations."""

    def check(obj: Obj, old: Obj | None) -> Errors:
        seen: set[str] = set()
        for at, hook in enumerate(obj.get("webhooks") or ()):
            here, name = f"webhooks[{at}]", hook.get("name") or ""
            yield from _qualified(f"{here}.name", name)
            if name in seen:
                yield duplicate(f"{here}.name", name)
            seen.add(name)
            yield from _hook(here, hook)
            if is_mutating and hook.get("reinvocationPolicy") not in ("Never", "IfNeeded"):
                given = hook.get("reinvocationPolicy") or ""
                yield unsupported(f"{here}.reinvocationPolicy", given, ("IfNeeded", "Never"))

    return check


def _qualified(path: str, name: str) -> Errors:
    wrong = names.dns_subdomain(name)
    if not name:
        yield required(path)
    elif wrong:
        yield invalid(path, name, ",".join(wrong))
    elif name.count(".") < 2:
        yield invalid(path, name, "should be a domain with at least three segments separated by dots")


def _hook(path: str, hook: Obj) -> Errors:
    versions = hook.get("admissionReviewVersions") or []
    if not versions:
        yield required(f"{path}.admissionReviewVersions", "must specify one of v1, v1beta1")
    elif not {"v1", "v1beta1"} & set(versions):
        detail = "must include at least one of v1, v1beta1"
        yield invalid(f"{path}.admissionReviewVersions", versions, detail)
    for at, rule in enumerate(hook.get("rules") or ()):
        yield from _rule(f"{path}.rules[{at}]", rule)
    if hook.get("failurePolicy") not in (None, "Fail", "Ignore"):
        yield unsupported(f"{path}.failurePolicy", hook["failurePolicy"], ("Fail", "Ignore"))
    if hook.get("matchPolicy") not in (None, "Exact", "Equivalent"):
        yield unsupported(f"{path}.matchPolicy", hook["matchPolicy"], ("Equivalent", "Exact"))
    effects = hook.get("sideEffects")
    if effects is None:
        yield required(f"{path}.sideEffects", "must specify one of None, NoneOnDryRun")
    elif effects not in ("None", "NoneOnDryRun"):
        yield unsupported(f"{path}.sideEffects", effects, ("None", "NoneOnDryRun"))
    seconds = hook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= 30:
        yield invalid(f"{path}.timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds")
    for field in ("namespaceSelector", "objectSelector"):
        yield from meta.selector(f"{path}.{field}", hook.get(field))
    client = hook.get("clientConfig") or {}
    if (client.get("url") is None) == (client.get("service") is None):
        yield required(f"{path}.clientConfig", "exactly one of url or service is required")


def _rule(path: str, rule: Obj) -> Errors:
    operations = rule.get("operations") or []
    if not operations:
        yield required(f"{path}.operations")
    if len(operations) > 1 and "*" in operations:
        yield invalid(f"{path}.operations", operations, "if '*' is present, must not specify other operations")
    for at, operation in enumerate(operations):
        if operation not in _OPERATIONS:
            yield unsupported(f"{path}.operations[{at}]", operation, _OPERATIONS)
    for field in ("apiGroups", "apiVersions", "resources"):
        if not rule.get(field):
            yield required(f"{path}.{field}")


def api_service(obj: Obj, old: Obj | None) -> Errors:
    """An APIService, named after the version and group it serves."""
    spec, name = obj.get("spec") or {}, (obj.get("metadata") or {}).get("name") or ""
    group, version = spec.get("group") or "", spec.get("version") or ""
    wanted = f"{version}.{group}"
    if name != wanted:
        yield invalid("metadata.name", name, f'must be `spec.version+"."+spec.group`: "{wanted}"')
    if not version:
        yield required("spec.version")
    for field, limit in (("groupPriorityMinimum", 20000), ("versionPriority", 1000)):
        number = spec.get(field) or 0
        if not 0 < number <= limit:
            words = f"must be positive and less than {limit}"
            yield invalid(f"spec.{field}", number, words)
    if spec.get("service") is None and spec.get("insecureSkipTLSVerify"):
        yield invalid("spec.insecureSkipTLSVerify", True, "local APIServices may not have insecureSkipTLSVerify")


def signing_request(obj: Obj, old: Obj | None) -> Errors:
    """A CertificateSigningRequest: what is asked for, of whom, for what use."""
    spec = obj.get("spec") or {}
    if _PEM not in base64.b64decode(spec.get("request") or "", validate=False):
        detail = "PEM block type must be CERTIFICATE REQUEST"
        yield invalid("spec.request", spec.get("request") or "", detail)
    usages = spec.get("usages") or []
    if not usages:
        yield required("spec.usages")
    for at, usage in enumerate(usages):
        if usage not in _USAGES:
            yield unsupported(f"spec.usages[{at}]", usage, _USAGES)
    for at, usage in enumerate(usages):
        if usage in usages[:at]:
            yield duplicate(f"spec.usages[{at}]", usage)
    signer = spec.get("signerName") or ""
    if not signer:
        yield required("spec.signerName")
    elif "/" not in signer:
        detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        yield invalid("spec.signerName", signer, detail)
    else:
        domain, _, rest = signer.partition("/")
        yield from each_invalid("spec.signerName", domain, names.dns_subdomain(domain))
        yield from each_invalid("spec.signerName", rest, names.dns_subdomain(rest))
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < 600:
        detail = "may not specify a duration less than 600 seconds (10 minutes)"
        yield invalid("spec.expirationSeconds", seconds, detail)


def policy(rules: str) -> Validator:
    """The validator of admission policies, whose rules are in ``rules``."""

    def check(obj: Obj, old: Obj | None) -> Errors:
        spec = obj.get("spec") or {}
        constraints = spec.get("matchConstraints")
        if constraints is None:
            yield required("spec.matchConstraints")
        else:
            if not constraints.get("resourceRules"):
                yield required("spec.matchConstraints.resourceRules")
            for at, rule in enumerate(constraints.get("resourceRules") or ()):
                yield from _rule(f"spec.matchConstraints.resourceRules[{at}]", rule)
        if not spec.get(rules) and not spec.get("auditAnnotations"):
            yield required(f"spec.{rules}", f"{rules} or auditAnnotations must contain at least one item")
        for at, each in enumerate(spec.get(rules) or ()):
            if rules == "validations" and not (each.get("expression") or "").strip():
                yield required(f"spec.{rules}[{at}].expression", "expression is not specified")

    return check


def policy_binding(obj: Obj, old: Obj | None) -> Errors:
    """A binding names its policy and, where it validates, what is to be done."""
    spec = obj.get("spec") or {}
    name = spec.get("policyName") or ""
    if not name:
        yield required("spec.policyName")
    else:
        yield from each_invalid("spec.policyName", name, names.dns_subdomain(name))
    if obj.get("kind") == "ValidatingAdmissionPolicyBinding":
        actions, known = spec.get("validationActions") or [], ("Audit", "Deny", "Warn")
        if not actions:
            yield required("spec.validationActions")
        for at, action in enumerate(actions):
            if action not in known:
                yield unsupported(f"spec.validationActions[{at}]", action, known)
        if {"Deny", "Warn"} <= set(actions):
            detail = "must not contain both Deny and Warn (repeating the same validation failure information in the"
            yield invalid("spec.validationActions", actions, f"{detail} API response and headers serves no purpose)")
