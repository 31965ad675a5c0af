"""Whether a line holds a secret, so that it is never remembered. Errs on the side of forgetting.

Works on the text alone, so that half-typed lines, other programs' lines and unknown flags are covered too.
"""

from __future__ import annotations

import re

_FLAGS = ("from-literal", "token", "password", "docker-password", "client-key-data")
_SENSITIVE = r"pass(?:word|wd|phrase)?|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credentials?"

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # --token=…, --password …: kubectl's own flags that carry one.
        rf"--(?:{'|'.join(_FLAGS)})\b",
        # PASSWORD=…, -e DB_PASS=…, --env=API_KEY=…, .data.password=…
        rf"[\w.-]*(?:{_SENSITIVE})[\w.-]*['\"]?\s*=\s*\S",
        # "password": "…" in a patch, password: … in a here-document
        rf"[\w.-]*(?:{_SENSITIVE})[\w.-]*['\"]?\s*:\s*['\"]?\S",
        # config set users.me.token …
        rf"\bset\s+users\.\S*(?:{_SENSITIVE})\S*\s",
        # a manifest of a Secret, a change of one's contents
        r"kind['\"]?\s*:\s*['\"]?Secret\b",
        r"\bstringData\b",
        r"\bpatch\s+(?:\S+\s+)*?secrets?(?:/|\s)",
        # HTTP headers and URLs with a password in them
        r"\b(?:bearer|basic)\s+[\w.~+/=-]{8,}",
        r"\w://[^\s/:@]*:[^\s/@]+@",
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\bauthorization['\"]?\s*[:=]",
        # other programs' short flags: docker login -p …, mysql -p…, redis-cli -a …, curl -u me:…
        r"\blogin\b.*\s-p",
        r"\bmy(?:sql|cli)\w*\b.*\s-p\S",
        r"\bredis-cli\b.*\s-a\b",
        r"\bcurl\b.*\s(?:-u|--user)\b.*\S:\S",
        # what becomes a Secret, typed in front of a pipe
        r"\b(?:echo|printf)\b.*\|\s*base64\b",
        r"\b(?:echo|printf)\b.*\|.*\bsecrets?\b",
        r"<<<?.*\bsecrets?\b|\bsecrets?\b.*<<",
        # a personal access token
        r"\w_pat\s*=\s*\S",
    )
)


def holds_secret(text: str) -> bool:
    """Whether ``text`` (one typed line, of any program) carries something that must not be written down."""
    return any(pattern.search(text) for pattern in _PATTERNS)
