"""Lines that kubectl itself refuses, before it asks any server."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

_HELP = ("kubectl {command} --help", "its flags, with examples")

RULES = (
    rule(
        "unknown-flag",
        r"unknown flag: --(?P<flag>\S+)",
        "`{command}` has no flag --{flag}.",
        _HELP,
    ),
    rule(
        "unknown-shorthand",
        r"unknown shorthand flag: '(?P<letter>.)' in (?P<word>\S+)",
        "`{command}` has no flag -{letter}; the letters behind one “-” are flags of their own.",
        _HELP,
    ),
    rule(
        "unknown-command",
        r"unknown command \"(?P<word>[^\"\s]*)\" for \"kubectl\"",
        "{word} is no command of kubectl, and no plugin of that name is on PATH.",
        ("kubectl --help", "the commands there are"),
    ),
    rule(
        "unknown-subcommand",
        r"unknown command \"(?P<word>[^\"\s]*)[^\"]*\"",
        "{word} is no command of `{program}`.",
        ("{program} --help", "the commands there are"),
    ),
    rule(
        "flag-before-plugin",
        r"flags cannot be placed before plugin name: (?P<flag>\S+)",
        "{flag} stands before a word that is no command of kubectl. A plugin takes its flags behind its name.",
        ("kubectl plugin list", "the plugins there are"),
    ),
    rule(
        "flag-needs-value",
        r"flag needs an argument: (?:--(?P<flag>\S+)|'(?P<letter>.)' in (?P<word>\S+))",
        "The last flag wants a value behind it.",
        _HELP,
    ),
    rule(
        "bad-flag-value",
        r"invalid argument \"(?P<value>[^\"]*)\" for \"(?P<flag>[^\"]+)\" flag",
        "“{value}” is no value for {flag}.",
        _HELP,
    ),
    rule(
        "required-flag",
        r"required flag\(s\) \"(?P<flag>[^\"]+)\".* not set",
        "`{command}` cannot do without --{flag}.",
        _HELP,
    ),
    rule(
        "image-required",
        r"^error: (?:--image is required|at least one image must be specified)|either --image or --from must be "
        r"specified",
        "The image is missing: --image=NAME says what shall run.",
        _HELP,
    ),
    rule(
        "bad-image-name",
        r"Invalid image name \"(?P<image>[^\"]*)\"",
        "“{image}” cannot be an image: small letters, as in nginx:1.27 or registry.example.com/team/app:2.",
    ),
    rule(
        "output-format",
        r"unable to match a printer suitable for the output format \"(?P<format>[^\"]*)\", allowed formats are: "
        r"(?P<all>.+)$"
        r"|--output must be '(?P<a>\w+)' or '(?P<b>\w+)'",
        "That is no form of output here; those that work stand in the message.",
    ),
    rule(
        "no-resource-type",
        r"Required resource not specified|You must (?:specify|provide) (?:the type of resource|one or more "
        r"resources)|one or more "
        r"resources must be specified",
        "It is not said about what: a type (pods) and, where one is meant, a name.",
        ("kubectl api-resources{where}", "the types there are"),
    ),
    rule(
        "no-name",
        r"resource\(s\) were provided, but no name was specified",
        "A type alone is not enough here: name the object, or say --all or -l.",
        ("kubectl get {type}{where}", "the names there are"),
    ),
    rule(
        "type-name-mixed",
        r"there is no need to specify a resource type as a separate argument when passing arguments in "
        r"resource/name form",
        "Either pod/web svc/web, or pod web: the two ways cannot be mixed in one line.",
    ),
    rule(
        "name-in-all-namespaces",
        r"a resource cannot be retrieved by name across all namespaces",
        "With -A everything is listed; a name belongs to one namespace.",
        ("kubectl get {type} --all-namespaces --field-selector=metadata.name={name}", "find it by its name"),
    ),
    rule(
        "name-and-selector",
        r"name cannot be provided when a selector is specified|found a non empty selector"
        r"|selector.*and.*all.*cannot be",
        "Say which objects in one way only: names, or -l / --field-selector, or --all.",
    ),
    rule(
        "file-or-name",
        r"must specify one of -f and -k|must specify one of -f|when paths, URLs, or stdin is provided as resource "
        r"input",
        "Either a file (-f) or objects by name: this line has none of them, or both.",
        _HELP,
    ),
    rule(
        "pod-and-type-needed",
        r"expected '(?P<usage>[^']+)'",
        "A word is missing: it is not said which pod is meant.",
        ("kubectl get pods{where}", "the pods there are"),
    ),
    rule(
        "template-missing",
        r"template format specified but no template given",
        "Behind -o jsonpath= (or go-template=) the pattern is missing, in quotes: -o jsonpath='{{.metadata.name}}'.",
    ),
    rule(
        "template-broken",
        r"error parsing (?:jsonpath|template) (?P<template>\S+?),? |unrecognized (?:identifier|character)",
        "The pattern cannot be read: look for a bracket that is not closed, and put it in single quotes.",
    ),
    rule(
        "template-empty",
        r"error executing (?:jsonpath|template) \"(?P<template>[^\"]*)\": .*?(?P<what>array index out of bounds|is "
        r"not found"
        r"|nil pointer)",
        "The pattern is fine, but what it asks for is not there ({what}).",
        ("kubectl get {target} -o yaml{where}", "what there is"),
    ),
    rule(
        "columns-broken",
        r"(?:unexpected custom-columns spec|custom-columns format specified but no custom columns)",
        "Columns are written HEADER:PATH with commas between: -o custom-columns=NAME:.metadata.name.",
    ),
    rule(
        "dry-run-value",
        r"Invalid dry-run value \((?P<value>[^)]*)\)",
        "--dry-run is client (only this machine looks), server (the server checks, keeps nothing) or none.",
    ),
    rule(
        "choice-value",
        r"invalid (?:cascade value \((?P<value>[^)]*)\)|restart policy: (?P<value2>\S+)|- validate option "
        r"\"(?P<value3>[^\"]*)\")",
        "“{value}” is not one of the values this flag takes.",
        _HELP,
    ),
    rule(
        "negative-replicas",
        r"--replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        "--replicas takes a number from 0 on; with 0 nothing runs.",
    ),
    rule(
        "timeout-value",
        r"Invalid timeout value|time: (?:invalid duration|missing unit in duration)",
        "A time is written with its unit: 30s, 5m, 2h.",
    ),
    rule(
        "literal-pair",
        r"invalid literal source (?P<pair>.+), expected key=value|Invalid argument syntax (?P<pair2>\S+), expected",
        "It is written KEY=VALUE.",
    ),
    rule(
        "duplicate-key",
        r"cannot add key \"(?P<key>[^\"]*)\", another key by that name already exists",
        "The key {key} is given twice.",
    ),
    rule(
        "bad-label",
        r"invalid label (?:value|key)[: ]|invalid annotation",
        "A label has letters, digits, “-”, “_” and “.” only, at most 63, and no blanks.",
    ),
    rule(
        "nothing-to-change",
        r"at least one (?:label|annotation|taint|environment variable) update is required|you must specify an update to"
        r"|at least one (?:verb|tcp port specifier) must be",
        "It is not said what shall be changed or set.",
        _HELP,
    ),
    rule(
        "taint-form",
        r"invalid taint spec: (?P<taint>[^,]+)",
        "A taint is KEY=VALUE:EFFECT, its effect NoSchedule, PreferNoSchedule or NoExecute; KEY- takes it away.",
    ),
    rule(
        "bad-number",
        r"strconv\.(?:ParseU?[Ii]nt|Atoi|ParseBool|ParseInt|ParseUint): parsing \"(?P<value>[^\"]*)\"",
        "“{value}” stands where a number is wanted.",
        _HELP,
    ),
    rule(
        "exactly-one",
        r"exactly one of (?P<what>.+?) (?:must be|is required)|exactly one (?P<what2>.+?) is required|accepts "
        r"(?P<n>\d+) arg",
        "A word too many or too few: {what}.",
        _HELP,
    ),
    rule(
        "no-plugins",
        r"unable to find any kubectl plugins in your PATH",
        "There are no plugins: a plugin is a program on PATH whose name begins with kubectl-.",
    ),
    rule(
        "plugin-shadowed",
        r"overwrites existing command: \"(?P<command>[^\"]*)\"|is overshadowed by a similarly named plugin",
        "A plugin has a name that is taken already, so kubectl never runs it.",
    ),
    rule(
        "usage",
        r"^See '(?P<help>kubectl[^']*)' for (?:usage|help)",
        "The line is not as this command wants it; what is wrong stands above.",
        ("{help}", "its help"),
    ),
)
