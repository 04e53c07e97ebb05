"""One answer from the Internet, whole, within a time that is never exceeded, or a sentence that says why not."""

import socket
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException, HTTPResponse, InvalidURL
from importlib.metadata import version
from threading import Thread
from time import monotonic, sleep
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from picup_planner.errors import Mistake, NoAnswer

HOPS = 3
"""Redirections followed."""

_BUSY = {429, 502, 503, 504}
_CHUNK = 65_536


@dataclass(frozen=True)
class Limits:
    """What a download may take.

    Parameters
    ----------
    total
        Seconds from the first question to the last byte, all tries and pauses together.
    silence
        Seconds without a byte.
    pause
        Seconds before the second try, doubled each time; a server may ask for another.
    size
        Bytes.
    """

    total: float = 180
    silence: float = 100
    tries: int = 4
    pause: float = 2
    size: int = 200_000_000


USUAL = Limits()


class _Again(NoAnswer):
    """Nothing whole came this time; it may the next."""

    pause: float | None = None


def download(url: str, accept: Collection[str], limits: Limits = USUAL) -> bytes:
    """Ask for an address until the answer is whole, or say why it is not.

    Parameters
    ----------
    accept
        Types of content, such as ``application/xml``; any other is refused.

    Raises
    ------
    NoAnswer
        When nothing whole came within the limits.
    """
    host = host_of(url)
    deadline = monotonic() + limits.total
    slow = NoAnswer(Mistake("download-slow", {"host": host, "seconds": round(limits.total)}))
    attempt = 0
    while True:
        attempt += 1
        try:
            work = partial(_Asked(url, host, limits, deadline).answer, accept)
            return _bounded(work, deadline - monotonic())
        except TimeoutError:
            raise slow from None
        except _Again as failed:
            pause = limits.pause * 2 ** (attempt - 1) if failed.pause is None else failed.pause
            if attempt == limits.tries or monotonic() + pause >= deadline:
                raise NoAnswer(*failed.mistakes) from failed
            sleep(pause)


def host_of(url: str) -> str:
    """Name of the server of an address of http or https.

    Raises
    ------
    NoAnswer
        When it is no such address.
    """
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0:
            return parts.hostname
    raise NoAnswer(_no_address(url))


def _no_address(url: str) -> Mistake:
    return Mistake("download-bad-address", {"value": url.partition("?")[0]})


def _bounded(work: Callable[[], bytes], seconds: float) -> bytes:
    """Do some work in at most so many seconds: names that do not resolve and headers that drip know no limit.

    Raises
    ------
    TimeoutError
        When time is up; the work is then left to its fate.
    """
    done: Future[bytes] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001  raised again where it is waited for
            done.set_exception(error)

    Thread(target=run, daemon=True).start()
    return done.result(timeout=max(seconds, 0))


class _Redirections(request.HTTPRedirectHandler):
    max_redirections = HOPS
    max_repeats = 1


def _opener() -> request.OpenerDirector:
    """Speaks http and https, through the proxies of the environment, and nothing else."""
    opener = request.OpenerDirector()
    for handler in (
        *(request.ProxyHandler(), request.HTTPHandler(), request.HTTPSHandler(), request.UnknownHandler()),
        *(request.HTTPDefaultErrorHandler(), request.HTTPErrorProcessor(), _Redirections()),
    ):
        opener.add_handler(handler)
    return opener


@dataclass(frozen=True)
class _Asked:
    """One try."""

    url: str
    host: str
    limits: Limits
    deadline: float

    def answer(self, accept: Collection[str]) -> bytes:
        headers = {"User-Agent": f"picup-planner/{version('picup-planner')}", "Accept": ", ".join(accept)}
        try:
            asked = request.Request(self.url, headers=headers)  # noqa: S310  http or https, as `host_of` has checked
            with _opener().open(asked, timeout=self.limits.silence) as answer:
                kind = answer.headers.get_content_type()
                if kind not in accept:
                    raise NoAnswer(self._mistake("download-kind", value=kind))
                return self._whole(answer)
        except HTTPError as error:
            with error:
                raise self._refused(error) from error
        except URLError as error:
            raise self._unreachable(error.reason) from error
        except (InvalidURL, ValueError) as error:
            raise NoAnswer(_no_address(self.url)) from error
        except TimeoutError as error:
            raise _Again(self._mistake("download-slow", seconds=round(self.limits.silence))) from error
        except (OSError, HTTPException) as error:
            raise _Again(self._mistake("download-cut")) from error

    def _whole(self, answer: HTTPResponse) -> bytes:
        expected = answer.length
        content = b"".join(self._chunks(answer))
        if not content or len(content) != (len(content) if expected is None else expected):
            raise _Again(self._mistake("download-cut"))
        return content

    def _chunks(self, answer: HTTPResponse) -> Iterator[bytes]:
        size = 0
        while chunk := answer.read1(_CHUNK):
            size += len(chunk)
            if size > self.limits.size:
                raise NoAnswer(self._mistake("download-large", megabytes=self.limits.size // 1_000_000))
            if monotonic() > self.deadline:
                raise NoAnswer(self._mistake("download-slow", seconds=round(self.limits.total)))
            yield chunk

    def _refused(self, error: HTTPError) -> NoAnswer:
        if error.code in _BUSY:
            again = _Again(self._mistake("download-busy"))
            asked = error.headers.get("Retry-After", "")
            again.pause = float(asked) if asked.isdecimal() else None
            return again
        if 300 <= error.code < 400:  # noqa: PLR2004  redirections
            return NoAnswer(self._mistake("download-redirected"))
        return NoAnswer(self._mistake("download-refused", status=error.code))

    def _unreachable(self, reason: object) -> NoAnswer:
        if isinstance(reason, str):  # redirected to neither http nor https
            return NoAnswer(self._mistake("download-redirected"))
        if isinstance(reason, TimeoutError):
            return _Again(self._mistake("download-slow", seconds=round(self.limits.silence)))
        if isinstance(reason, socket.gaierror):
            return NoAnswer(self._mistake("download-no-server"))
        return _Again(self._mistake("download-no-server"))

    def _mistake(self, message: str, **arguments: str | int) -> Mistake:
        return Mistake(message, {"host": self.host, **arguments})
