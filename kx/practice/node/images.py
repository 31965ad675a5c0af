"""The images the simulated nodes can pull: data, and the rules for names that no registry would answer for.

Well-known names have a program of their own; an unknown but plausible name is an image whose program stays up.
Sizes are believable, digests are made up from the name (the same name gives the same digest on every node).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

_DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$")
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN = re.compile(r"^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.[a-zA-Z0-9-]+)*(?::[0-9]+)?$")
_PATH = re.compile(rf"^{_COMPONENT}(?:/{_COMPONENT})*$")
_TAG = re.compile(r"^\w[\w.-]{0,127}$", re.ASCII)

# Names nobody would give to an image that exists: used in tutorials to show a failing pull.
_TELLING = ("doesnotexist", "does-not-exist", "nosuch", "no-such", "nonexist", "non-exist", "notexist", "not-exist")


class InvalidReferenceError(ValueError):
    """The words are no image reference at all (InvalidImageName)."""


@dataclass(frozen=True)
class Reference:
    """An image name, complete as containerd writes it."""

    domain: str  # docker.io
    path: str  # library/nginx
    tag: str
    digest: str

    @property
    def repository(self) -> str:
        return f"{self.domain}/{self.path}"

    @property
    def name(self) -> str:
        """``docker.io/library/nginx:1.27``."""
        return f"{self.repository}@{self.digest}" if self.digest else f"{self.repository}:{self.tag}"

    @property
    def short(self) -> str:
        """The path as Docker Hub users write it: ``nginx``, ``saman2000h/net-utils``."""
        return self.path.removeprefix("library/") if self.domain == "docker.io" else self.repository


@dataclass(frozen=True)
class Image:
    """What an image brings: its family decides which tools are there and how they behave."""

    family: str  # alpine, busybox, debian, none
    size: int  # bytes
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    workdir: str = "/"
    user: str = "root"
    tags: str = r".*"  # which tags exist
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class PullFailure:
    """Why a registry would not give the image."""

    message: str


_NUMBERED = r"(latest|stable|mainline|edge|rolling|v?\d[\w.-]*"
_TAGS_NGINX = (
    _NUMBERED + r"|alpine[\w.-]*|perl|otel|(stable|mainline)-[\w.-]+|(trixie|bookworm|bullseye|buster)[\w.-]*)"
)
_TAGS_REDIS = _NUMBERED + r"|alpine[\w.-]*|(trixie|bookworm|bullseye|buster)[\w.-]*)"
_TAGS_BUSYBOX = _NUMBERED + r"|(u?clibc|glibc|musl)[\w.-]*|unstable[\w.-]*|stable-[\w.-]+)"
_TAGS_PLAIN = _NUMBERED + r")"
_TAGS_DEBIAN = (
    _NUMBERED + r"|(trixie|bookworm|bullseye|buster|sid|forky|testing|unstable|oldstable|stable)[\w.-]*"
    r"|experimental)"
)
_TAGS_UBUNTU = _NUMBERED + r"|devel|(plucky|questing|noble|jammy|focal|bionic|resolute)[\w.-]*)"

_PATH_ENV = ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
_WELCOME = b"""<!DOCTYPE html>
<html>
<head><title>Welcome to nginx!</title></head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page comes from a simulated nginx in the kx practice cluster.</p>
</body>
</html>
"""
_NGINX_MAIN = b"""user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    sendfile        on;
    keepalive_timeout  65;
    include /etc/nginx/conf.d/*.conf;
}
"""
_NGINX_SITE = b"""server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
"""
_NGINX = Image(
    "debian",
    72_404_038,
    ("/docker-entrypoint.sh",),
    ("nginx", "-g", "daemon off;"),
    tags=_TAGS_NGINX,
    files=(
        ("/usr/share/nginx/html/index.html", _WELCOME),
        ("/etc/nginx/nginx.conf", _NGINX_MAIN),
        ("/etc/nginx/conf.d/default.conf", _NGINX_SITE),
    ),
)
_REDIS = Image("debian", 40_119_774, ("docker-entrypoint.sh",), ("redis-server",), workdir="/data", tags=_TAGS_REDIS)

IMAGES: dict[str, Image] = {
    "nginx": replace(_NGINX, env=(("NGINX_VERSION", "1.27.5"),)),
    "redis": replace(_REDIS, env=(("REDIS_VERSION", "6.2.6"),)),
    "busybox": Image("busybox", 2_223_686, command=("sh",), tags=_TAGS_BUSYBOX),
    "alpine": Image("alpine", 3_653_068, command=("/bin/sh",), tags=_TAGS_PLAIN),
    "debian": Image("debian", 48_494_103, command=("bash",), tags=_TAGS_DEBIAN),
    "ubuntu": Image("debian", 29_723_146, command=("/bin/bash",), tags=_TAGS_UBUNTU),
    "hello-world": Image("none", 10_072, command=("/hello",), tags=_NUMBERED + r"|linux|nanoserver[\w.-]*)"),
    "saman2000h/net-utils": Image("alpine", 41_894_217, command=("bash",)),
    "saman2000h/visitor": Image("none", 9_214_336, command=("/app/visitor",), workdir="/app"),
    "registry.k8s.io/pause": Image("none", 318_731, ("/pause",), tags=_TAGS_PLAIN),
}

_ECHO = ("registry.k8s.io/echoserver", "k8s.gcr.io/echoserver", "gcr.io/google_containers/echoserver")
_ENTRYPOINT = ("docker-entrypoint.sh",)
_WORKS = (("/usr/local/apache2/htdocs/index.html", b"<html><body><h1>It works!</h1></body></html>\n"),)
IMAGES |= {
    **dict.fromkeys(_ECHO, Image("debian", 46_237_695, ("/usr/local/bin/run.sh",), tags=_TAGS_PLAIN)),
    "ealen/echo-server": Image("alpine", 61_242_880, command=("npm", "run", "start"), workdir="/app"),
    "hashicorp/http-echo": Image("none", 3_145_728, ("/http-echo",)),
    "kicbase/echo-server": Image("none", 4_939_776, ("/bin/echo-server",)),
    "jmalloc/echo-server": Image("none", 4_939_776, ("/bin/echo-server",)),
    "gcr.io/google-samples/hello-app": Image("none", 13_631_488, ("/hello-app",)),
    "traefik/whoami": Image("none", 2_831_155, ("/whoami",)),
    "registry.k8s.io/e2e-test-images/agnhost": Image("alpine", 50_965_000, ("/agnhost",), ("pause",)),
    "k8s.gcr.io/pause": Image("none", 318_731, ("/pause",)),
    "httpd": Image("debian", 57_671_680, command=("httpd-foreground",), workdir="/usr/local/apache2", files=_WORKS),
    "postgres": Image("debian", 160_432_128, _ENTRYPOINT, ("postgres",)),
    "mysql": Image("debian", 236_978_176, _ENTRYPOINT, ("mysqld",)),
    "mariadb": Image("debian", 117_440_512, _ENTRYPOINT, ("mariadbd",)),
    "mongo": Image("debian", 275_775_488, _ENTRYPOINT, ("mongod",)),
    "memcached": Image("debian", 32_505_856, _ENTRYPOINT, ("memcached",)),
    "python": Image("debian", 375_390_208, command=("python3",)),
    "node": Image("debian", 387_973_120, command=("node",)),
    "golang": Image("debian", 314_572_800, command=("bash",), workdir="/go"),
    "perl": Image("debian", 362_807_296, command=("perl5.34.0", "-de0"), workdir="/usr/src/app"),
    "curlimages/curl": Image("alpine", 8_703_180, ("/entrypoint.sh",), ("curl",)),
    "nicolaka/netshoot": Image("alpine", 203_423_744, command=("zsh",)),
}

# Well-known names without a program here: they stay up like any unknown image, but a near miss of them is a typo.
_FAMILIAR = (
    *("rabbitmq", "php", "wordpress", "traefik", "haproxy", "caddy", "tomcat", "openjdk", "ruby", "fedora"),
    *("registry", "elasticsearch", "influxdb", "consul", "vault", "nextcloud", "jenkins", "centos"),
)
_UNKNOWN = Image("alpine", 27_262_976, ("/entrypoint",), ())


def parse(text: str) -> Reference:
    """Read an image name as containerd does; raises InvalidReferenceError, worded as the kubelet words it."""
    name, at, digest = text.partition("@")
    if at and not _DIGEST.match(digest):
        raise InvalidReferenceError("invalid reference format")
    tag = ""
    if ":" in name.rpartition("/")[2]:
        name, _, tag = name.rpartition(":")
        if not _TAG.match(tag):
            raise InvalidReferenceError("invalid reference format")
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        domain, path = first, rest
    else:
        domain, path = "docker.io", name if slash else f"library/{name}"
    if domain == "index.docker.io":
        domain = "docker.io"
    if path != path.lower():
        raise InvalidReferenceError(f"invalid reference format: repository name ({path}) must be lowercase")
    if not _DOMAIN.match(domain) or not _PATH.match(path):
        raise InvalidReferenceError("invalid reference format")
    return Reference(domain, path, tag or ("" if digest else "latest"), digest)


def digest(reference: Reference) -> str:
    """``sha256:…``: the given one, or one made up from the name."""
    return reference.digest or "sha256:" + hashlib.sha256(reference.name.encode()).hexdigest()


def lookup(reference: Reference) -> Image | PullFailure:
    """What a pull of this name gives."""
    image = IMAGES.get(reference.short)
    if image is not None:
        if not _tag_exists(image, reference.tag):
            return _tag_not_found(reference)
        return _as_tagged(image, reference)
    if _nobody_has(reference.short):
        return _access_denied(reference)
    if not _tag_exists(_UNKNOWN, reference.tag):
        return _tag_not_found(reference)
    family = "debian" if reference.short in _FAMILIAR else "alpine"
    seed = int(hashlib.sha256(reference.repository.encode()).hexdigest()[:6], 16)
    return _as_tagged(replace(_UNKNOWN, family=family, size=_UNKNOWN.size + seed), reference)


def pull_seconds(image: Image) -> float:
    """How long a pull takes here: shorter than over a real wire, longer for a larger image."""
    return round(0.4 + image.size / 100_000_000, 3)


def _as_tagged(image: Image, reference: Reference) -> Image:
    """Alpine variants are smaller, and have busybox's tools."""
    if "alpine" not in reference.tag or image.family != "debian":
        return image
    return replace(image, family="alpine", size=image.size * 2 // 5)


def _tag_exists(image: Image, tag: str) -> bool:
    """A tag nobody would push is one the image's pattern lacks, a telling word, or a near miss of ``latest``."""
    if not tag:
        return True
    near_latest = tag != "latest" and _distance(tag, "latest") <= 2
    return bool(re.fullmatch(image.tags, tag)) and not near_latest and not any(word in tag for word in _TELLING)


def _nobody_has(short: str) -> bool:
    if any(word in short for word in _TELLING):
        return True
    if short in _FAMILIAR:
        return False
    return any(_distance(short, name) <= (1 if len(name) < 5 else 2) for name in (*IMAGES, *_FAMILIAR))


def _tag_not_found(reference: Reference) -> PullFailure:
    return PullFailure(
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{reference.name}": '
        f'failed to resolve reference "{reference.name}": {reference.name}: not found'
    )


def _access_denied(reference: Reference) -> PullFailure:
    return PullFailure(
        f'failed to pull and unpack image "{reference.name}": failed to resolve reference "{reference.name}": '
        "pull access denied, repository does not exist or may require authorization: "
        "server message: insufficient_scope: authorization failed"
    )


def _distance(one: str, other: str) -> int:
    """How many single keys (wrong, missing, extra, or two swapped) lie between two names; 3 means more."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        line = [row]
        for column, right in enumerate(other, 1):
            best = min(above[column] + 1, line[-1] + 1, above[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                best = min(best, before[column - 2] + 1)
            line.append(best)
        before, above = above, line
    return above[-1]
