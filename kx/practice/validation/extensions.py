"""What extends an API server: custom resource definitions, webhooks, aggregated APIs, signing requests.

Rules: ``pkg/apis/apiextensions/validation`` of apiextensions-apiserver and Kubernetes'
``pkg/apis/{admissionregistration,certificates}/validation``. Schemas inside definitions are looked at only at
their root.
"""

from __future__ import annotations

from kx.practice.status import Obj
from kx.practice.validation import meta, names
from kx.practice.validation.errors import (
    Errors,
    Validator,
    duplicate,
    each_invalid,
    forbidden,
    go_json,
    immutable,
    invalid,
    one_of,
    required,
    unsupported,
)

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("binary", "byte", "date", "date-time", "double", "float", "int32", "int64", "password")


def definition(obj: Obj, old: Obj | None) -> Errors:
    """A CustomResourceDefinition, named after what it defines."""
    spec, name = obj.get("spec") or {}, (obj.get("metadata") or {}).get("name") or ""
    kinds = spec.get("names") or {}
    if old is None and name != f"{kinds.get('plural') or ''}.{spec.get('group') or ''}":
        yield invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
    yield from _group(spec.get("group") or "")
    yield from one_of("spec.scope", spec.get("scope"), ("Cluster", "Namespaced"))
    yield from _versions(spec.get("versions") or [])
    for field in ("plural", "singular", "kind", "listKind"):
        if not kinds.get(field):
            yield required(f"spec.names.{field}")
    yield from _kinds(kinds)
    strategy = (spec.get("conversion") or {}).get("strategy")
    yield from one_of("spec.conversion.strategy", strategy, ("None", "Webhook"))
    if old is not None:
        before = old.get("spec") or {}
        yield from immutable("spec.group", spec.get("group"), before.get("group"))
        yield from immutable("spec.names.plural", kinds.get("plural"), (before.get("names") or {}).get("plural"))


def _group(group: str) -> Errors:
    wrong = names.dns_subdomain(group)
    if not group:
        yield required("spec.group")
    elif wrong:
        yield invalid("spec.group", group, ",".join(wrong))
    elif "." not in group:
        yield invalid("spec.group", group, "should be a domain with at least one dot")


def _versions(versions: list[Obj]) -> Errors:
    for at, version in enumerate(versions):
        if (version.get("schema") or {}).get("openAPIV3Schema") is None:
            yield required(f"spec.versions[{at}].schema.openAPIV3Schema")
    for at, version in enumerate(versions):
        here, name = f"spec.versions[{at}]", version.get("name") or ""
        wrong = names.dns_1035_label(name)
        if wrong:
            yield invalid(f"{here}.name", name, ",".join(wrong))
        yield from _schema(f"{here}.schema", version.get("schema") or {})
        for position, column in enumerate(version.get("additionalPrinterColumns") or ()):
            yield from _column(f"{here}.additionalPrinterColumns[{position}]", column)
    shown = go_json("[]apiextensions.CustomResourceDefinitionVersion", versions)
    if len({version.get("name") for version in versions}) != len(versions):
        yield invalid("spec.versions", shown, "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        yield invalid("spec.versions", shown, "must have exactly one version marked as storage version")


def _schema(path: str, given: Obj) -> Errors:
    schema = given.get("openAPIV3Schema")
    if schema is None:
        return
    if schema.get("nullable"):
        yield forbidden(f"{path}.openAPIV3Schema.nullable", "nullable cannot be true at the root")
    kind = schema.get("type") or ""
    if not kind:
        yield required(f"{path}.openAPIV3Schema.type", "must not be empty at the root")
    elif kind != "object":
        yield invalid(f"{path}.openAPIV3Schema.type", kind, "must be object at the root")


def _column(path: str, column: Obj) -> Errors:
    if not column.get("name"):
        yield required(f"{path}.name")
    kind, words = column.get("type") or "", f"must be one of {','.join(_COLUMN_TYPES)}"
    if not kind:
        yield required(f"{path}.type", words)
    elif kind not in _COLUMN_TYPES:
        yield invalid(f"{path}.type", kind, words)
    if column.get("format") and column["format"] not in _COLUMN_FORMATS:
        yield invalid(f"{path}.format", column["format"], f"must be one of {','.join(_COLUMN_FORMATS)}")
    if not column.get("jsonPath"):
        yield required(f"{path}.JSONPath")


def _kinds(kinds: Obj) -> Errors:
    for field in ("plural", "singular"):
        text = kinds.get(field) or ""
        wrong = names.dns_1035_label(text)
        if text and wrong:
            yield invalid(f"spec.names.{field}", text, ",".join(wrong))
    for field in ("kind", "listKind"):
        text = kinds.get(field) or ""
        wrong = names.dns_1035_label(text.lower())
        if text and wrong:
            detail = "may have mixed case, but should otherwise match: " + ",".join(wrong)
            yield invalid(f"spec.names.{field}", text, detail)
    for field in ("shortNames", "categories"):
        for at, text in enumerate(kinds.get(field) or ()):
            wrong = names.dns_1035_label(text)
            if wrong:
                yield invalid(f"spec.names.{field}[{at}]", text, ",".join(wrong))
    if kinds.get("kind") and kinds["kind"] == kinds.get("listKind"):
        yield invalid("spec.names.listKind", kinds["listKind"], "kind and listKind may not be the same")


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
    if not spec.get("request"):
        detail = "PEM block type must be CERTIFICATE REQUEST"
        yield invalid("spec.request", spec.get("request") or "", detail)
    if not spec.get("usages"):
        yield required("spec.usages")
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
