"""The server is not reached, or is not who it should be."""

from __future__ import annotations

from kx.explain.aftermath.advice import rule

_WHERE = ("kubectl config view --minify", "which server is meant")
_ALIVE = ("kubectl cluster-info{where}", "try again when it should be up")
_TO = r"^(?:error: .*?|.*Unable to connect to the server: .*?|.*couldn't get current server API group list: .*?)"

RULES = (
    rule(
        "node-unreachable",
        r"(?:Get \"https://\S+:10250/|error dialing backend: ).*?(?P<what>i/o timeout|no route to host|connection "
        r"refused|x509)",
        "The server is there, but does not reach the node on which the pod runs ({what}).",
        ("kubectl get nodes{where}", "is the node Ready?"),
    ),
    rule(
        "no-cluster-set",
        r"^The connection to the server localhost:8080 was refused",
        "No cluster is set: where kubectl finds no kubeconfig it tries localhost:8080, and nothing listens there.",
        ("kubectl config get-contexts", "what is set up"),
    ),
    rule(
        "connection-refused",
        r"^The connection to the server (?P<server>\S+) was refused|dial tcp (?P<server2>\S+): connect: connection "
        r"refused",
        "The machine is there, but nothing listens at {server}: the cluster is stopped, or the port is not its port.",
        _WHERE,
        _ALIVE,
    ),
    rule(
        "no-such-host",
        r"dial tcp: lookup (?P<host>\S+?)(?: on \S+)?: (?:no such host|server misbehaving|Temporary failure)",
        "The name {host} leads to no machine: a typo, a cluster that is gone, or no VPN.",
        _WHERE,
    ),
    rule(
        "bad-port",
        r"dial tcp: address (?P<address>\S+): invalid port",
        "{address} is no port: ports go from 1 to 65535. Nothing was asked.",
        _WHERE,
    ),
    rule(
        "unreachable",
        r"connect: (?:no route to host|network is unreachable)",
        "This machine has no way to the server's network: no connection, or a VPN that is off.",
        _WHERE,
    ),
    rule(
        "not-https",
        r"http: server gave HTTP response to HTTPS client",
        "What answered speaks plain HTTP, and kubectl asked for HTTPS: another program listens on that port.",
        _WHERE,
    ),
    rule(
        "http-to-https",
        r"Client sent an HTTP request to an HTTPS server",
        "The address begins with http://, and the server wants https://.",
        _WHERE,
    ),
    rule(
        "bad-scheme",
        r"unsupported protocol scheme \"(?P<scheme>[^\"]*)\"",
        "A server's address begins with https://; {scheme}:// is nothing kubectl can talk.",
        _WHERE,
    ),
    rule(
        "certificate-unknown-authority",
        r"x509: certificate signed by unknown authority",
        "The server's certificate is not signed by the authority in your kubeconfig: perhaps the cluster was made "
        "anew.",
        ("kubectl config view --minify", "whose certificate-authority it trusts"),
    ),
    rule(
        "certificate-self-signed",
        r"x509: (?:“.*” certificate is not trusted|certificate is not trusted|.*self[- ]signed certificate)",
        "The server's certificate is signed by nobody your kubeconfig trusts.",
        ("kubectl config view --minify", "whose certificate-authority it trusts"),
    ),
    rule(
        "certificate-expired",
        r"x509: certificate has expired or is not yet valid",
        "A certificate is out of its time: it has expired, or this machine's clock is wrong.",
        ("date", "is the clock right?"),
    ),
    rule(
        "certificate-other-name",
        r"x509: (?:certificate is valid for (?P<names>.+), not (?P<host>\S+)|cannot validate certificate for "
        r"(?P<ip>\S+))",
        "The server's certificate was made for other names than the one it was called by.",
        ("kubectl config view --minify", "by which name it is called"),
    ),
    rule(
        "certificate-no-name",
        r"x509: (?:certificate is not valid for any names|certificate relies on legacy Common Name field)",
        "The server's certificate names no address in the form that is asked for today.",
        _WHERE,
    ),
    rule(
        "client-certificate-refused",
        r"remote error: tls: (?P<what>bad certificate|certificate required|expired certificate|unknown certificate.*)$",
        "The server did not take the certificate that your kubeconfig sends ({what}).",
        ("kubectl config view --minify", "which user and certificate are sent"),
    ),
    rule(
        "tls-timeout",
        r"net/http: TLS handshake timeout",
        "Something took the connection but did not answer as a server does: it is overloaded, or it is a proxy.",
        _ALIVE,
    ),
    rule(
        "tls-other",
        r"(?:tls: first record does not look like a TLS handshake|remote error: tls: |tls: [a-z])",
        "What listens there does not speak the same TLS as kubectl: another program, or a proxy in between.",
        _WHERE,
    ),
    rule(
        "timeout",
        r"(?:i/o timeout|Client\.Timeout exceeded|context deadline exceeded \(Client|request canceled while "
        r"waiting for c"
        r"onnection|^Unable to connect to the server: context deadline exceeded)",
        "No answer in time: the server is busy, or a firewall or a VPN that is off swallows what is sent.",
        _WHERE,
        _ALIVE,
    ),
    rule(
        "server-timeout",
        r"Error from server \(Timeout\)|the server was unable to return a response in the time allotted"
        r"|etcdserver: request "
        r"timed out",
        "The server is there but did not finish in its own time: it is busy. What changes something may have happened.",
        ("kubectl get {target}{where}", "how it stands now"),
    ),
    rule(
        "proxy-failed",
        r"proxyconnect tcp: |Proxy Authentication Required",
        "The way goes through a proxy (HTTPS_PROXY is set), and the proxy did not let it pass.",
        ("env", "look for HTTPS_PROXY and NO_PROXY"),
    ),
    rule(
        "connection-cut",
        r"(?:connection reset by peer|http2: client connection lost|unexpected EOF|^Unable to connect to the "
        r"server: EOF)",
        "The connection was cut while the answer was awaited: the server restarted, or a proxy closed it.",
        _ALIVE,
    ),
    rule(
        "not-an-api-server",
        r"(?:the server responded with the status code \d+ but did not return more information"
        r"|couldn't get current server API group list: the server could not find the requested resource"
        r"|an error on the server \(\"<?(?:!doctype|html|404))",
        "What answered is no Kubernetes server, or the address leads to the wrong place on it.",
        _WHERE,
    ),
    rule(
        "service-unavailable",
        r"Error from server \(ServiceUnavailable\)|the server is currently unable to handle the request",
        "The server, or a part of it that answers for this type, is not available at the moment.",
        ("kubectl get apiservices{where}", "which parts are available"),
    ),
    rule(
        "too-many-requests",
        r"Error from server \(TooManyRequests\): (?!Cannot evict)",
        "The server asks for patience: it gets more requests than it takes.",
    ),
)
