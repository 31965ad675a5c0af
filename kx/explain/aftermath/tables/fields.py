"""What the server says of fields it does not take: ``The Pod "web" is invalid: spec.x: Invalid value: …``."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

# kubectl prints either "The Pod "x" is invalid: FIELD: …", the same with one field a line, or the server's own words.
_OPENING = r"(?:^The |error: .*?|^Error from server \(Invalid\): .*?)"
_HEAD = _OPENING + r"(?P<kindname>[A-Z][\w.-]*) \"(?P<name>[^\"]*)\" is invalid: "
_FIELD = _HEAD + r"(?:\[|\s*\n?\* )?(?P<field>[a-z][^\s:]*): "
_EXPLAIN = ("kubectl explain {explained}", "what belongs there")

RULES = (
    rule(
        "name-missing",
        _HEAD + r".*?metadata\.name: Required value",
        "The object has no name: metadata.name says it.",
    ),
    rule(
        "selector-mismatch",
        _HEAD + r"[\s\S]*?`selector` does not match template `labels`",
        "The labels under spec.template must hold all that spec.selector asks for, or it would not find its own pods.",
        ("kubectl explain {kindlower}.spec.selector", "what belongs there"),
    ),
    rule(
        "pod-immutable",
        r"pod updates may not change fields other than",
        "Of a pod that exists almost nothing but the image can be changed: delete it and make it anew.",
        ("kubectl replace --force {file-words}{where}", "does both: it stops first"),
    ),
    rule(
        "immutable-selector",
        _HEAD + r"[\s\S]*?spec\.selector: Invalid value: [\s\S]*?field is immutable",
        "The selector says which pods belong to {name}, and can never be changed: take another name, or make it anew.",
        ("kubectl get {kindlower} {name} -o yaml{where}", "the selector it has"),
    ),
    rule(
        "immutable",
        _FIELD
        + r"[\s\S]*?(?:field is immutable|may not change once set|may not be changed|cannot be changed|is immutable)",
        "{field} is fixed when the object is made: another value needs another object.",
        ("kubectl get {kindlower} {name} -o yaml{where}", "the value it has"),
    ),
    rule(
        "statefulset-immutable",
        r"updates to statefulset spec for fields other than",
        "Of a StatefulSet only a few fields (replicas, template, updateStrategy…) can be changed.",
        ("kubectl delete statefulset {name} --cascade=orphan{where}", "keeps the pods; then apply again"),
    ),
    rule(
        "name-letters",
        _FIELD + r"Invalid value: \"(?P<value>[^\"]*)\": a lowercase RFC 1123",
        "“{value}” cannot be a name: small letters, digits, “-” (often also “.”), a letter or digit at both ends.",
    ),
    rule(
        "name-letters-1035",
        _FIELD + r"Invalid value: \"(?P<value>[^\"]*)\": a DNS-1035 label",
        "“{value}” cannot be a name here: small letters, digits and “-”, and it must begin with a letter.",
    ),
    rule(
        "label-letters",
        _FIELD + r"Invalid value: \"(?P<value>[^\"]*)\": (?:name part must consist|a valid label|prefix part)",
        "“{value}” cannot be a key or a label: letters, digits, “-”, “_” and “.” only, no blanks.",
    ),
    rule(
        "too-long",
        _FIELD + r"(?:Too long|Invalid value: \"[^\"]*\": must be no more than (?P<most>\d+) (?:characters|bytes))",
        "{field} is too long.",
    ),
    rule(
        "required-field",
        _FIELD + r"Required value(?:: (?P<what>[^,\]\n]+))?",
        "The field {field} must be given, and is missing.",
        _EXPLAIN,
    ),
    rule(
        "unsupported-value",
        _FIELD + r"Unsupported value: (?P<value>\"[^\"]*\"|\S+): supported values: (?P<values>[^\n\]]+)",
        "{field} cannot be {value}; it can be {values}.",
        _EXPLAIN,
    ),
    rule(
        "duplicate-value",
        _FIELD + r"Duplicate value: (?P<value>\"[^\"]*\"|\S+)",
        "{field} is {value} a second time, and each may be there once.",
        _EXPLAIN,
    ),
    rule(
        "reference-missing",
        _FIELD + r"Not found: (?P<value>\"[^\"]*\"|\S+)",
        "{field} names {value}, and nothing of that name is in the same object.",
        _EXPLAIN,
    ),
    rule(
        "field-not-allowed",
        _FIELD + r"Forbidden: (?P<what>[^\n\]]+)",
        "{field} may not be so: {what}",
        _EXPLAIN,
    ),
    rule(
        "node-port-range",
        _FIELD
        + r"Invalid value: (?P<value>\S+): provided port is not in the valid range\. The range of valid ports is "
        r"(?P<range>[\d-]+)",
        "{value} is no node port of this cluster: those are {range}. Leave it out, and one is chosen.",
    ),
    rule(
        "port-taken",
        _FIELD + r"Invalid value: (?P<value>\S+): provided port is already allocated",
        "The node port {value} belongs to another service. Leave it out, and a free one is chosen.",
        ("kubectl get services -A", "who has it"),
    ),
    rule(
        "schedule",
        _FIELD + r"Invalid value: \"(?P<value>[^\"]*)\": expected exactly 5 fields",
        '“{value}” is no schedule: five parts, minute hour day month weekday, as in "0 4 * * *".',
        _EXPLAIN,
    ),
    rule(
        "invalid-value",
        _FIELD
        + r"(?:Invalid value|Too many): (?P<value>(?:[^:\n\[{]|\{[^\n]*?\}|\[[^\n]*?\])+?)(?:: (?P<what>[^\n]+))?$",
        "{field} cannot have the value {value}: {what}.",
        _EXPLAIN,
    ),
    rule(
        "invalid",
        _HEAD,
        "The {kindlower} is not as the server wants it; what is wrong stands behind “is invalid”. Nothing was changed.",
        ("kubectl explain {kindlower}.spec", "its fields"),
    ),
    rule(
        "bad-quantity",
        r"quantities must match the regular expression|unable to parse quantity",
        "That is no amount: 500m is half a processor, 64Mi are 64 mebibytes.",
    ),
)
