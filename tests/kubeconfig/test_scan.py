"""The quick reader agrees with the YAML parser wherever it trusts itself, and does so on what kubectl writes."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kx.kubeconfig.scan import Scanned, scan
from tests.kubeconfig.builders import CASES
from tests.kubectls import find_kubectls

PLAIN = """apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://127.0.0.1:6443
  name: one
contexts:
- context:
    cluster: one
    namespace: shop
    user: me
  name: dev
- context:
    cluster: one
    user: me
  name: arn:aws:eks:eu-west-1:1:cluster/prod
current-context: dev
kind: Config
preferences: {}
users:
- name: me
  user: {}
"""
KUBECTLS_OWN = PLAIN.replace("  user: {}\n", "  user:\n    token: t\n")
MINIKUBE = PLAIN.replace(
    "    server: https://127.0.0.1:6443\n",
    """\
    extensions:
    - extension:
        last-update: Mon, 01 Jan 2024 00:00:00 UTC
        provider: minikube.sigs.k8s.io
        version: v1.32.0
      name: cluster_info
    server: https://127.0.0.1:6443
""",
).replace(
    "    namespace: shop\n",
    """\
    extensions:
    - extension:
        last-update: Mon, 01 Jan 2024 00:00:00 UTC
      name: context_info
    namespace: shop
""",
)


def deeper(text: str) -> str:
    """The same file with its lists indented, as kubectx leaves what it has changed."""
    moved = []
    for line in text.splitlines(keepends=True):
        spaces = len(line) - len(line.lstrip(" "))
        by = 0 if not line.startswith((" ", "- ")) else 2 if spaces < 4 else 4
        moved.append(" " * by + line if line.strip() else line)
    return "".join(moved)


# A hint over several lines, as the tools of two clouds write it.
PLUGINS = KUBECTLS_OWN.replace(
    "    token: t\n",
    """\
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - get-token
      - --server-id
      - 6dae42f8-4368-4678-94ff-3960e28e3630
      command: kubelogin
      env: null
      installHint: |2

        kubelogin is not "installed: which is required.

          To learn more, see: https://aka.ms/aks/kubelogin
      provideClusterInfo: false
- name: other
  user:
    exec:
      command: gke-gcloud-auth-plugin
      env:
      - name: A
        value: "b: \\"c"
      installHint: Install the plugin for use with kubectl by following
        https://cloud.google.com/blog/
      interactiveMode: IfAvailable
""",
)
NAMES_FIRST = """\
apiVersion: v1
clusters: []
contexts:
- name: my own name
  context:
    cluster: "1e3"
    user: 'it''s'
- name: été
  context:
    namespace: "y"
current-context: "my own name"
kind: Config
users: null
"""
FILES = {
    "kubectl": KUBECTLS_OWN,
    "minikube": MINIKUBE,
    "plugins": PLUGINS,
    "names first": NAMES_FIRST,
    "kubectx": deeper(KUBECTLS_OWN),
    "kubectx plugins": deeper(PLUGINS),
    "kubectx names first": deeper(NAMES_FIRST),
}


def by_yaml(text: str) -> Scanned:
    root: Any = yaml.safe_load(text)
    found = Scanned(current_context=root.get("current-context") or "")
    wanted = {"clusters": ("cluster", ["server"]), "contexts": ("context", ["cluster", "namespace", "user"])}
    for section, (kind, names) in wanted.items():
        if root.get(section):
            found.sections[section] = {
                entry["name"]: {name: entry[kind][name] for name in names if name in entry[kind]}
                for entry in root[section]
            }
    if root.get("users"):
        found.sections["users"] = {entry["name"]: {} for entry in root["users"]}
    return found


@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
def test_what_tools_write_is_trusted(text: str) -> None:
    assert scan(text) == by_yaml(text)


def test_the_canonical_shape_is_read() -> None:
    found = scan(KUBECTLS_OWN)
    assert found is not None
    assert found == by_yaml(KUBECTLS_OWN)
    assert found.sections["contexts"]["dev"] == {"cluster": "one", "namespace": "shop", "user": "me"}


@pytest.mark.parametrize("kubectl", find_kubectls(), ids=lambda kubectl: kubectl.version)
def test_what_kubectl_writes_is_canonical(kubectl: Any, tmp_path: Path) -> None:
    file = tmp_path / "config"

    def configured(*words: str) -> None:
        subprocess.run([kubectl.path, "config", *words, f"--kubeconfig={file}"], check=True, capture_output=True)

    configured("set-cluster", "one", "--server=https://127.0.0.1:6443")
    configured("set-credentials", "me", "--token=t")
    configured("set-context", "dev", "--cluster=one", "--user=me", "--namespace=shop")
    configured("set-context", "other", "--cluster=one", "--user=me")
    configured("use-context", "dev")
    text = file.read_text(encoding="utf-8")
    assert scan(text) == by_yaml(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: dev", "name: 'dev'"),
        ("name: dev", "name: y"),
        ("name: dev", "name: 123"),
        ("name: dev", "name: dev # comment"),
        ("name: dev", "name: |-\n    dev"),
        ("name: dev", "name: &a dev"),
        ("    namespace: shop\n", "    namespace: shop\n    namespace: two\n"),
        ("    namespace: shop\n", "    namespace:\n      shop\n"),
        ("    namespace: shop\n", "    extensions:\n    - name: x\n"),
        ("    user: me\n  name: dev", "    user: me\n  extra: 1\n  name: dev"),
        ("preferences: {}", "preferences:\n  colors: true"),
        ("current-context: dev", "current-context: dev\ncurrent-context: other"),
        ("kind: Config", "extra: 1"),
        ("kind: Config", "---\nkind: Config"),
        ("- context:\n    cluster: one\n    namespace", "-   context:\n      cluster: one\n      namespace"),
        ("apiVersion: v1\n", "# mine\napiVersion: v1\n"),
    ],
)
def test_anything_else_is_left_to_the_parser(old: str, new: str) -> None:
    assert old in KUBECTLS_OWN
    text = KUBECTLS_OWN.replace(old, new, 1)
    found = scan(text)
    assert found is None or found == by_yaml(text)


@settings(max_examples=CASES)
@given(st.data())
def test_it_never_disagrees_with_the_parser(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(list(FILES.values()))).splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "repeat", "swap", "character"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "repeat":
            lines.insert(at, lines[at])
        elif change == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            offset = data.draw(st.integers(0, len(lines[at]) - 1))
            sign = data.draw(st.sampled_from([*" -:#'\"|>&*!%@`{}[]\t0y\\~\n\r", "", "\u2028", "\x85", "é", "\x00"]))
            lines[at] = lines[at][:offset] + sign + lines[at][offset + 1 :]
    text = "".join(lines)
    found = scan(text)
    if found is None:
        return
    try:
        expected = by_yaml(text)
    except (yaml.YAMLError, KeyError, TypeError):
        # Only what is inside of a user may be wrong without being seen.
        found.sections.pop("users", None)
        assert found == by_yaml(text.partition("users:")[0])
        return
    assert found == expected
