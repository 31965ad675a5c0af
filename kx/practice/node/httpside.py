"""The answering side of an HTTP/1.1 connection: bytes in, bytes out. It knows no path and no program.

Who uses it says what to answer to a request with its body, and to one that cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable

import h11

BODILESS = (204, 304)
Reply = tuple[h11.Response, bytes]  # with the length of the body among its headers, if it has one


class HttpSide:
    """One connection; ``over`` once nothing more will be answered."""

    def __init__(
        self,
        answer: Callable[[h11.Request, bytes], Reply],
        refusal: Callable[[int], Reply],
        longest_head: int,
        longest_body: int,
    ) -> None:
        self.over = False
        self._answer = answer
        self._refusal = refusal
        self._longest_body = longest_body
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=longest_head)
        self._request: h11.Request | None = None
        self._body = bytearray()

    def pieces(self, data: bytes) -> list[bytes]:
        """Take bytes from the client (b"" is their end); what is answered. A body is a piece of its own, not copied."""
        if self.over:
            return []
        answered: list[bytes] = []
        try:
            self._http.receive_data(data)
            while not self.over and (event := self._http.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                answered += self._handle(event)
        except h11.RemoteProtocolError as error:
            answered += self._refuse(error.error_status_hint or 400)
        if not self.over and self._http.they_are_waiting_for_100_continue:
            answered.append(self._send(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")))
        return answered

    def _handle(self, event: object) -> list[bytes]:
        if isinstance(event, h11.Request):
            self._request = event
            self._body.clear()
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > self._longest_body:
                return self._refuse(413)
        elif isinstance(event, h11.EndOfMessage):
            return self._respond()
        elif isinstance(event, h11.ConnectionClosed):
            self.over = True
        return []

    def _respond(self) -> list[bytes]:
        request = self._request
        assert request is not None
        head, body = self._answer(request, bytes(self._body))
        shown = request.method != b"HEAD" and head.status_code not in BODILESS
        out = self._written(head, body if shown else b"")
        if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is h11.MUST_CLOSE:
            self.over = True
        elif self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        return out

    def _refuse(self, status: int) -> list[bytes]:
        """Say what is wrong, where anything may still be said, and end the connection."""
        self.over = True
        return self._written(*self._refusal(status)) if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE) else []

    def _written(self, head: h11.Response, body: bytes) -> list[bytes]:
        out = [self._send(head)]
        if body:
            out += self._http.send_with_data_passthrough(h11.Data(data=body)) or ()
        return [*out, self._send(h11.EndOfMessage())]

    def _send(self, event: h11.Event) -> bytes:
        return self._http.send(event) or b""
