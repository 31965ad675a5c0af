"""Which programs an image holds: by its family, and those of its own. Nothing outside these tables can run."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from kx.practice.node.files import Files
from kx.practice.node.process import Main
from kx.practice.node.programs import (
    addresses,
    chroot,
    dates,
    dig,
    echoes,
    filters,
    getent,
    grep,
    host,
    listing,
    machine,
    nc,
    network,
    nslookup,
    ping,
    printing,
    runtimes,
    scriptfile,
    sed,
    shell,
    sleep,
    stay,
    stty,
    system,
    tar,
    test,
    text,
    visitor,
    wget,
)
from kx.practice.node.programs.curl import tool as curl
from kx.practice.node.programs.nginx import server as nginx
from kx.practice.node.programs.redis import cli as redis_cli
from kx.practice.node.programs.redis import server as redis

_FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")

_COMMON: dict[str, Main] = {
    "[": test.main,
    "basename": system.basename,
    "cat": text.cat,
    "chroot": chroot.main,
    "clear": system.clear,
    "cp": system.cp,
    "cut": text.cut,
    "date": dates.main,
    "echo": printing.echo,
    "env": system.env,
    "false": system.false,
    "grep": grep.main,
    "head": text.head,
    "hostname": addresses.hostname,
    "id": system.identity,
    "kill": system.kill,
    "ls": listing.ls,
    "mkdir": system.mkdir,
    "mv": system.mv,
    "nproc": system.nproc,
    "printenv": system.printenv,
    "printf": printing.printf,
    "pwd": system.pwd,
    "rm": system.rm,
    "seq": printing.seq,
    "sh": shell.main,
    "sort": text.sort,
    "stty": stty.main,
    "tail": text.tail,
    "tar": tar.main,
    "tee": text.tee,
    "test": test.main,
    "timeout": system.timeout,
    "touch": system.touch,
    "true": system.true,
    "tty": system.tty,
    "uname": system.uname,
    "uniq": text.uniq,
    "wc": text.wc,
    "which": system.which,
    "whoami": system.whoami,
    "yes": printing.yes,
}


def _refused(names: str) -> dict[str, Main]:
    """Tools that the real images have: better a clear no than "not found"."""
    return dict.fromkeys(names.split(), network.refuse)


_FILTERS: dict[str, Main] = {
    "base64": filters.base64,
    "chgrp": machine.change_mode,
    "chmod": machine.change_mode,
    "chown": machine.change_mode,
    "df": machine.df,
    "diff": filters.diff,
    "dirname": filters.dirname,
    "du": machine.du,
    "find": machine.find,
    "fold": filters.fold,
    "egrep": grep.main,
    "fgrep": grep.main,
    "md5sum": filters.checksum("md5"),
    "nl": filters.nl,
    "realpath": filters.realpath,
    "readlink": filters.realpath,
    "rmdir": system.rmdir,
    "sed": sed.main,
    "sha1sum": filters.checksum("sha1"),
    "sha256sum": filters.checksum("sha256"),
    "stat": machine.stat,
    "tac": filters.tac,
    "tr": filters.tr,
    "xargs": filters.xargs,
}
_BUSYBOX: dict[str, Main] = {
    **_refused("awk dd dmesg gunzip gzip ln mount ping6 traceroute umount arp route httpd crond nohup od hexdump"),
    **_COMMON,
    **_FILTERS,
    "ash": shell.main,
    "free": machine.free,
    "ifconfig": machine.ifconfig,
    "ip": addresses.ip,
    "less": text.cat,
    "more": text.cat,
    "nc": nc.nc,
    "netstat": machine.netstat,
    "nslookup": nslookup.busybox,
    "ping": ping.main,
    "ps": system.ps,
    "rev": filters.rev,
    "sleep": sleep.busybox,
    "telnet": nc.telnet,
    "top": machine.top,
    "uptime": system.uptime,
    "vi": machine.no_editor,
    "watch": machine.watch,
    "wget": wget.main,
}
_ALPINE: dict[str, Main] = {"apk": machine.no_packages, **_BUSYBOX, "getent": getent.main}
_DEBIAN: dict[str, Main] = {
    **_refused("awk dd dpkg gzip ln mount perl umount nohup od"),
    **_COMMON,
    **_FILTERS,
    "apt": machine.no_packages,
    "apt-get": machine.no_packages,
    "bash": shell.main,
    "dash": shell.main,
    "getent": getent.main,
    "rev": filters.rev,
    "sleep": sleep.coreutils,
}
_FAMILIES: dict[str, dict[str, Main]] = {"busybox": _BUSYBOX, "alpine": _ALPINE, "debian": _DEBIAN, "none": {}}

_BIND_TOOLS: dict[str, Main] = {"dig": dig.main, "host": host.main, "nslookup": nslookup.bind}
_MYSQL = ("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD")
_MARIADB = ("MARIADB_ROOT_PASSWORD", "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "MARIADB_RANDOM_ROOT_PASSWORD")


def _database(programs: str, port: int, variables: tuple[str, ...], refusal: str) -> dict[str, Main]:
    server, *clients = programs.split()
    main = runtimes.database(port, variables, refusal)
    return {"docker-entrypoint.sh": main, server: main, **_refused(" ".join(clients))}


# By image: names found on PATH, and absolute paths.
_OWN: dict[str, dict[str, Main]] = {
    "nginx": {"/docker-entrypoint.sh": nginx.entrypoint, "nginx": nginx.server, "curl": curl.main},
    "redis": {
        "docker-entrypoint.sh": redis.entrypoint,
        "redis-cli": redis_cli.main,
        "redis-server": redis.main,
        **_refused("redis-benchmark redis-sentinel"),
    },
    "saman2000h/net-utils": {
        **_refused("tcpdump nmap mtr iperf3 openssl jq"),
        "bash": shell.main,
        "curl": curl.main,
        **_BIND_TOOLS,
    },
    "busybox": {},
    "alpine": {},
    "debian": {},
    "ubuntu": {},
    **dict.fromkeys(
        ("registry.k8s.io/echoserver", "k8s.gcr.io/echoserver", "gcr.io/google_containers/echoserver"),
        {"/usr/local/bin/run.sh": echoes.echoserver},
    ),
    "ealen/echo-server": {"npm": echoes.ealen, "node": runtimes.language},
    "hashicorp/http-echo": {"/http-echo": echoes.http_echo},
    "kicbase/echo-server": {"/bin/echo-server": echoes.kicbase},
    "jmalloc/echo-server": {"/bin/echo-server": echoes.kicbase},
    "gcr.io/google-samples/hello-app": {"/hello-app": echoes.hello_app, "./hello-app": echoes.hello_app},
    "traefik/whoami": {"/whoami": echoes.whoami},
    "registry.k8s.io/e2e-test-images/agnhost": {
        "/agnhost": echoes.agnhost,
        "bash": shell.main,
        "curl": curl.main,
        **_BIND_TOOLS,
    },
    "k8s.gcr.io/pause": {"/pause": stay.pause},
    "httpd": {"httpd-foreground": echoes.httpd},
    "postgres": _database("postgres psql", 5432, ("POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD"), runtimes.POSTGRES),
    "mysql": _database("mysqld mysql", 3306, _MYSQL, runtimes.MYSQL),
    "mariadb": _database("mariadbd mariadb", 3306, (*_MYSQL, *_MARIADB), runtimes.MARIADB),
    "mongo": _database("mongod mongosh", 27017, (), ""),
    "memcached": _database("memcached", 11211, (), ""),
    "python": dict.fromkeys(("python", "python3", "pip"), runtimes.language),
    "node": dict.fromkeys(("node", "npm"), runtimes.language),
    "golang": {"go": runtimes.language},
    "perl": dict.fromkeys(("perl", "perl5.34.0"), runtimes.perl),
    "curlimages/curl": {"/entrypoint.sh": stay.becomes, "curl": curl.main},
    "nicolaka/netshoot": {
        **_refused("tcpdump nmap mtr iperf3 openssl jq termshark"),
        **_BIND_TOOLS,
        "bash": shell.main,
        "zsh": shell.main,
        "curl": curl.main,
    },
    "saman2000h/visitor": {"/app/visitor": visitor.main},
    "hello-world": {"/hello": stay.hello},
    "registry.k8s.io/pause": {"/pause": stay.pause},
}
_ANY: dict[str, Main] = {"/entrypoint": stay.unknown}


def stand_in(image: str, main: bool) -> Main | None:
    """What runs for a program that was not found: None where kx knows what the image holds.

    In an image kx does not know, a container's main program stays up, and one that is executed is refused loudly.
    """
    if image in _OWN:
        return None
    return stay.unknown if main else network.refuse


def names(image: str, family: str) -> tuple[str, ...]:
    """The programs that a shell in this image finds on its PATH."""
    return tuple(name for name in {**_FAMILIES[family], **_OWN.get(image, {})} if "/" not in name)


def finder(image: str, family: str, files: Files | None = None) -> Callable[[str], Main | None]:
    """How a container of this image (its short name) finds a program by name or path; ``files`` may be scripts."""
    programs = {**_FAMILIES[family], **_OWN.get(image, _ANY)}

    def find(name: str) -> Main | None:
        if name in programs:
            return programs[name]
        folder, base = posixpath.split(posixpath.normpath(name))
        if folder in _FOLDERS and base in programs:
            return programs[base]
        return scriptfile.run if files and name.startswith("/") and scriptfile.is_script(files, name) else None

    return find
