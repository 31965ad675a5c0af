"""Manifests and other files: not there, not YAML, or not of a type the cluster has."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

RULES = (
    rule(
        "no-such-file",
        r"the path \"(?P<file>[^\"]*)\" does not exist|error reading (?P<file2>\S+): no such file|Cannot read file "
        r"(?P<file3>\S+),"
        r"|^error: (?:open|stat|lstat) (?P<file4>\S+): no such file",
        "There is no {file} here: a typo, or the line is meant for another folder.",
        ("ls", "what is here"),
    ),
    rule(
        "may-not-read-file",
        r"^error: (?:.*: )?open (?P<file>\S+): permission denied",
        "You may not read {file}.",
        ("ls -l {file}", "whose it is"),
    ),
    rule(
        "yaml-tab",
        r"(?:error parsing (?P<file>[^:]+): )?error converting YAML to JSON: yaml: line (?P<line>\d+): found "
        r"character that "
        r"cannot start any token",
        "Near line {line} a tab (or a sign such as @ or `) begins a word; YAML is indented with blanks only.",
        ("cat -A {file}", "a tab shows as ^I"),
    ),
    rule(
        "yaml-broken",
        r"(?:error parsing (?P<file>[^:]+): )?error converting YAML to JSON: yaml: (?:line (?P<line>\d+): "
        r")?(?P<what>.+)$",
        "The file is no valid YAML near line {line}: mostly a line that is indented too much or too little.",
        ("cat -n {file}", "with line numbers"),
    ),
    rule(
        "json-broken",
        r"error parsing (?P<file>[^:]+): (?:invalid character|json:|unexpected end of JSON)",
        "The file {file} is no valid JSON.",
        ("cat -n {file}", "with line numbers"),
    ),
    rule(
        "patch-broken",
        r"error decoding patch|unable to parse \"(?P<patch>.*?)\": |error: unable to parse .*: yaml|invalid "
        r"character .* looking"
        r" for beginning of",
        "The patch is no valid JSON or YAML; put it in single quotes, so that the shell leaves it alone.",
    ),
    rule(
        "patch-not-fitting",
        r"^The request is invalid: |testing value .* failed: test failed|jsonpatch .* operation does not apply"
        r"|error: jsonpatch",
        "The patch does not fit the object: a path that is not there, or a value of the wrong kind.",
        ("kubectl get {target} -o yaml{where}", "how it looks now"),
    ),
    rule(
        "unknown-field",
        r"(?:unknown field \"(?P<field>[^\"]+)\"|ValidationError\((?P<field2>[^)]+)\): unknown field)",
        "There is no field {field}: a typo, or it stands at the wrong depth. Nothing was changed.",
        ("kubectl explain {explained}", "what fits there"),
    ),
    rule(
        "duplicate-field",
        r"(?:duplicate field \"(?P<field>[^\"]+)\"|key \"(?P<field2>[^\"]+)\" already set in map)",
        "The field {field} stands there twice.",
    ),
    rule(
        "no-such-kind-group",
        r"no matches for kind \"(?P<kindname>[^\"]+)\" in version \"(?P<version>[^\"]+)\"",
        "This cluster has no {kindname} in {version}: an older or newer apiVersion, or a type that must be added "
        "first.",
        ("kubectl api-resources{where}", "what it has: see APIVERSION and KIND"),
    ),
    rule(
        "kind-missing",
        r"(?:kind|Kind|'Kind'|Object 'Kind' is missing).*(?:not set|is missing)|\[?apiVersion not set",
        "The file does not say what it describes: each object needs apiVersion and kind.",
        ("kubectl explain pod", "the two lines at the top"),
    ),
    rule(
        "no-objects",
        r"no objects passed to (?P<verb>\w+)|error: no objects passed",
        "What was read holds no object: the file or the input is empty.",
    ),
    rule(
        "no-kustomization",
        r"unable to find one of 'kustomization\.yaml'",
        "-k wants a folder with a file kustomization.yaml; plain files are given with -f.",
        ("ls", "what is here"),
    ),
    rule(
        "wrong-shape",
        r"json: cannot unmarshal (?P<given>\w+) into Go struct field (?P<field>[\w.]+) of type (?P<wanted>\S+)",
        "The field {field} has the wrong kind of value: {given} was given. A list needs a “-” before each item.",
        ("kubectl explain {explained}", "what belongs there"),
    ),
    rule(
        "wrong-kind-for-path",
        r"(?P<given>\w+) in version \"[^\"]*\" cannot be handled as an? (?P<wanted>\w+)",
        "A {wanted} was expected, and what was sent cannot be read as one.",
        ("kubectl explain {wanted}", "its fields"),
    ),
    rule(
        "invalid-type-field",
        r"ValidationError\((?P<field>[^)]+)\): invalid type for",
        "The field {field} has the wrong kind of value.",
        ("kubectl explain {explained}", "what belongs there"),
    ),
    rule(
        "openapi-unavailable",
        r"failed to download openapi",
        "kubectl could not fetch the list of fields to check the file against: mostly the server is not reached.",
        ("kubectl cluster-info{where}", "is it there?"),
    ),
    rule(
        "generate-name-apply",
        r"cannot use generate name with apply",
        "`apply` finds an object again by its name, and generateName has a new one each time: use create.",
        ("kubectl create {file-words}{where}", "makes a new one each time"),
    ),
    rule(
        "remote-file-refused",
        r"unable to read URL \"(?P<url>[^\"]+)\", server reported (?P<what>.+?),",
        "The address {url} gives no file ({what}).",
    ),
)
