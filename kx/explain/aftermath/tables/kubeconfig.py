"""The kubeconfig, what it names, and the programs it starts."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

_CONTEXTS = ("kubectl config get-contexts", "the contexts there are")

RULES = (
    rule(
        "no-such-context",
        r"context was not found for specified context: (?P<name>.+)$|no context exists with the name: "
        r"\"(?P<name2>[^\"]+)\""
        r"|error: context \"?(?P<name3>[^\" ]+)\"? (?:not found|does not exist)"
        r"|cannot (?:delete|rename) (?:the )?context \"?(?P<name4>[^\",]+)\"?, (?:not in|it's not in)",
        "Your kubeconfig has no context of that name.",
        _CONTEXTS,
    ),
    rule(
        "no-current-context",
        r"error: current-context (?:is not set|must exist)|no current context (?:is )?set",
        "No context is chosen, so kubectl does not know which cluster is meant.",
        _CONTEXTS,
        ("kubectl config use-context NAME", "choose one"),
    ),
    rule(
        "no-such-user",
        r"auth info \"(?P<name>[^\"]*)\" does not exist",
        "Your kubeconfig has no user called {name}.",
        ("kubectl config get-users", "the users there are"),
    ),
    rule(
        "no-such-cluster",
        r"(?:no server found for cluster|cluster) \"(?P<name>[^\"]*)\"(?: does not exist|$)",
        "Your kubeconfig has no cluster called {name}, or has no address for it.",
        ("kubectl config get-clusters", "the clusters there are"),
    ),
    rule(
        "kubeconfig-missing",
        r"^error: stat (?P<file>.+): no such file or directory$",
        "There is no file {file}: look for a typo in --kubeconfig or KUBECONFIG.",
        ("ls -l {file}", "is it there?"),
    ),
    rule(
        "kubeconfig-broken",
        r"error loading config file \"(?P<file>[^\"]*)\"|error: Error loading config file|couldn't get "
        r"version/kind; json",
        "The kubeconfig {file} cannot be read as one: the place that is wrong stands at the end of the message.",
        ("kubectl config view --kubeconfig {file}", "read it again, when it is mended"),
    ),
    rule(
        "kubeconfig-locked",
        r"open (?P<file>\S+\.lock): file exists",
        "Another command was changing the kubeconfig, or one that was stopped left its lock file behind.",
        ("ls -l {file}", "if it is old, delete it"),
    ),
    rule(
        "credential-file-missing",
        r"unable to read (?P<what>client-cert|client-key|certificate-authority|tokenFile) (?P<file>\S+) for",
        "The file {file} ({what}), which your kubeconfig or this line names, cannot be read.",
        ("ls -l {file}", "is it there, and may you read it?"),
    ),
    rule(
        "credential-plugin-missing",
        r"exec: executable (?P<program>\S+) not found|exec: \"(?P<program2>[^\"]+)\": executable file not found in "
        r"\$PATH$",
        "To sign in, your kubeconfig starts the program {program}, and it is not installed or not on PATH.",
        ("kubectl config view --minify", "see users: exec: command"),
    ),
    rule(
        "credential-plugin-format",
        r"fork/exec (?P<program>\S+): exec format error",
        "{program}, which your kubeconfig starts to sign in, is no program for this kind of machine.",
        ("file {program}", "what it is made for"),
    ),
    rule(
        "credential-plugin-denied",
        r"fork/exec (?P<program>\S+): permission denied",
        "{program}, which your kubeconfig starts to sign in, is not marked as executable.",
        ("ls -l {program}", "look for the x"),
    ),
    rule(
        "credential-plugin-failed",
        r"getting credentials: (?:exec: |decoding stdout|exec plugin)",
        "The program that your kubeconfig starts to sign in failed: mostly you must log in with it again.",
        ("kubectl config view --minify", "see users: exec: command"),
    ),
    rule(
        "auth-provider-removed",
        r"no Auth Provider found for name|The (?:gcp|azure) auth plugin has been removed",
        "The kubeconfig signs in by a way that kubectl no longer has: its cloud needs a newer entry.",
        ("kubectl config view --minify", "see users: auth-provider"),
    ),
    rule(
        "config-args",
        r"^error: Unexpected args: ",
        "This `config` command takes other words than these.",
        ("kubectl config --help", "its commands"),
    ),
)
