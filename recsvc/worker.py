"""Worker: gunicorn's threaded worker, which tells of broken HTTP in the API's own words."""

from __future__ import annotations

from socket import socket
from typing import Any

from gunicorn.http.errors import LimitRequestLine, ParseException
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from recsvc.answer import STATUS_LINES, encode
from recsvc.call import new_id
from recsvc.problems import CONTENT_TYPE, Problem


class Worker(ThreadWorker):  # type: ignore[misc]
    def handle_error(self, req: Any, client: socket, addr: Any, exc: BaseException) -> None:
        """What cannot be read as a request never reaches the application; gunicorn itself would answer HTML."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("request refused: %s", type(exc).__name__)
        too_long = isinstance(exc, LimitRequestLine)
        problem = Problem("query-too-long") if too_long else Problem("invalid-request", "the request is broken HTTP")
        write_nonblock(client, _response(problem))


def _response(problem: Problem) -> bytes:
    request_id = new_id()
    body = encode(problem.document(request_id))
    head = (
        f"HTTP/1.1 {STATUS_LINES[problem.status]}",
        "Connection: close",
        f"Content-Type: {CONTENT_TYPE}",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
    )
    return "\r\n".join((*head, "", "")).encode() + body
