"""A container's files: what its image family has, what the kubelet writes, and what its volumes show.

Volumes come from the store (ConfigMap, Secret, downward API, projected) or start empty (emptyDir, hostPath, claims):
nothing of the host is ever shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kx.practice.node.files import Files
from kx.practice.node.images import Image
from kx.practice.node.lookup import Lookup, MissingError, pod_field
from kx.practice.node.resolver import DOMAIN, resolv_conf
from kx.practice.status import Obj

_FOLDERS = tuple(
    "/bin /dev /etc /home /lib /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin /usr/local /usr/share "
    "/var /var/lib /var/log /var/run".split()
)
_RELEASES = {
    "alpine": b'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.15.0\nPRETTY_NAME="Alpine Linux v3.15"\n',
    "debian": b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
}
_PASSWD = b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"
# Published into each namespace by a controller; a pod does not wait for it here.
_ROOT_CA = "kube-root-ca.crt"


def missing_volumes(pod: Obj, lookup: Lookup) -> list[str]:
    """One message for each volume that cannot be set up, as FailedMount tells it."""
    messages = []
    for volume in pod["spec"].get("volumes") or ():
        try:
            _contents(pod, volume, lookup)
        except MissingError as error:
            messages.append(f'MountVolume.SetUp failed for volume "{volume["name"]}" : {error.message}')
    return messages


def shared_volumes(pod: Obj) -> dict[str, Files]:
    """The volumes that all containers of a pod write to and read from, empty as they begin."""
    volumes = pod["spec"].get("volumes") or ()
    return {volume["name"]: Files() for volume in volumes if _writable(volume)}


def container_files(
    pod: Obj,
    container: Obj,
    image: Image,
    address: str,
    hostname: str,
    lookup: Lookup,
    shared: Mapping[str, Files],
) -> Files:
    """Everything a container sees; raises MissingError when a volume's source has gone."""
    name = hostname
    contents = {
        "/etc/hostname": f"{name}\n".encode(),
        "/etc/hosts": _hosts(pod, address, name),
        "/etc/resolv.conf": resolv_conf(pod).encode(),
        "/etc/passwd": _PASSWD,
        "/dev/null": b"",
        **dict(image.files),
    }
    if image.family in _RELEASES:
        contents["/etc/os-release"] = _RELEASES[image.family]
    files = Files(contents, _FOLDERS)
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for mount in container.get("volumeMounts") or ():
        volume = volumes[mount["name"]]
        if volume["name"] in shared and not mount.get("subPath"):
            files.mount_shared(mount["mountPath"], shared[volume["name"]], bool(mount.get("readOnly")))
            continue
        data = _contents(pod, volume, lookup)
        read_only = bool(mount.get("readOnly")) or not _writable(volume)
        sub_path = (mount.get("subPath") or "").strip("/")
        if sub_path in data:
            files.mount_file(mount["mountPath"], data[sub_path], read_only)
        else:
            prefix = f"{sub_path}/" if sub_path else ""
            chosen = {key[len(prefix) :]: value for key, value in data.items() if key.startswith(prefix)}
            files.mount(mount["mountPath"], chosen, read_only)
    return files


def _hosts(pod: Obj, address: str, name: str) -> bytes:
    lines = ["# Kubernetes-managed hosts file.", "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback"]
    lines += ["fe00::\tip6-localnet", "fe00::\tip6-mcastprefix", "fe00::1\tip6-allnodes", "fe00::2\tip6-allrouters"]
    subdomain, namespace = pod["spec"].get("subdomain"), pod["metadata"]["namespace"]
    full = f"{name}.{subdomain}.{namespace}.svc.{DOMAIN}\t" if subdomain else ""
    lines.append(f"{address}\t{full}{name}")
    if pod["spec"].get("hostAliases"):
        lines += ["", "# Entries added by HostAliases."]
    lines += [f"{one['ip']}\t" + "\t".join(one["hostnames"]) for one in pod["spec"].get("hostAliases") or ()]
    return ("\n".join(lines) + "\n").encode()


def _writable(volume: Obj) -> bool:
    return not any(kind in volume for kind in ("configMap", "secret", "downwardAPI", "projected"))


def _contents(pod: Obj, volume: Obj, lookup: Lookup) -> dict[str, bytes]:
    """The files of one volume by relative path."""
    if source := volume.get("configMap"):
        return _chosen("configmap", source["name"], source, lookup)
    if source := volume.get("secret"):
        return _chosen("secret", source["secretName"], source, lookup)
    if source := volume.get("downwardAPI"):
        return _fields(pod, source.get("items") or ())
    if source := volume.get("projected"):
        files: dict[str, bytes] = {}
        for one in source.get("sources") or ():
            files |= _projected(pod, one, lookup)
        return files
    return {}


def _projected(pod: Obj, source: Obj, lookup: Lookup) -> dict[str, bytes]:
    if config := source.get("configMap"):
        if config["name"] == _ROOT_CA:
            config = {**config, "optional": True}
        return _chosen("configmap", config["name"], config, lookup)
    if secret := source.get("secret"):
        return _chosen("secret", secret["name"], secret, lookup)
    if fields := source.get("downwardAPI"):
        return _fields(pod, fields.get("items") or ())
    # A service account's token would be a credential: pods here have nowhere to use one.
    return {}


def _fields(pod: Obj, items: Iterable[Obj]) -> dict[str, bytes]:
    return {one["path"]: pod_field(pod, one["fieldRef"]["fieldPath"]).encode() for one in items if one.get("fieldRef")}


def _chosen(kind: str, name: str, source: Obj, lookup: Lookup) -> dict[str, bytes]:
    optional = bool(source.get("optional")) or lookup.lenient
    data = lookup.data(kind, name, optional)
    items = source.get("items")
    if not items:
        return data
    absent = [one["key"] for one in items if one["key"] not in data]
    if absent and not optional:
        raise MissingError(f"references non-existent {'config' if kind == 'configmap' else 'secret'} key: {absent[0]}")
    return {one["path"]: data[one["key"]] for one in items if one["key"] in data}
