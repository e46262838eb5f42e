"""One request from arrival to answer: held, faulted, checked, carried out in one transaction, logged."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl

from socialsync.emulator import lifecycle, record
from socialsync.emulator.admission import BODY_LIMIT, admit
from socialsync.emulator.core import Call, Emulator, Reply, Upload
from socialsync.emulator.errors import HTML_PAGE, ServiceError
from socialsync.emulator.fault_answers import changed, instead, status_sent
from socialsync.emulator.faults import Arrival, Fault, Faults
from socialsync.emulator.holds import Holds
from socialsync.emulator.operations import BY_NAME, Operation
from socialsync.emulator.uploads import Receiver
from socialsync.emulator.wire import (
    HTML,
    Answer,
    Receive,
    Scope,
    Send,
    drip,
    json_bytes,
    parse_json,
    reset,
    send_answer,
    silence,
    truncate,
)


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request that has come in whole."""

    operation: str | None
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    base_url: str
    body: bytes
    upload: Upload | None = None
    # The methods that the path does have, when it has not this one.
    allow: str | None = None

    def shown_body(self) -> Any:
        """What the log keeps: JSON as it is, bytes as digest and size."""
        if self.upload is not None:
            return {"sha256": self.upload.sha256, "size": self.upload.size}
        if not self.body:
            return None
        try:
            return parse_json(self.body)
        except ValueError:
            return {"text": self.body[:2000].decode("utf-8", "replace"), "size": len(self.body)}


class Service:
    """Carries requests out, one after another: only holds and faults ever wait, and never inside a transaction."""

    def __init__(self, emulator: Emulator, refuse: Callable[[float], None]) -> None:
        self.emulator = emulator
        # Lets the port refuse connections; in process there is none, and nothing happens.
        self._refuse = refuse
        self.faults = Faults(emulator, BY_NAME)
        self.holds = Holds(BY_NAME)

    # The way of one request

    async def serve(self, operation: Operation | None, scope: Scope, receive: Receive, send: Send) -> None:
        receiver = Receiver()
        try:
            received = await self._receive(operation, scope, receive, receiver)
            if received is not None:
                await self._serve(operation, received, scope, receive, send)
        finally:
            receiver.close()

    async def _receive(
        self, operation: Operation | None, scope: Scope, receive: Receive, receiver: Receiver
    ) -> Received | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        raw = operation is not None and operation.raw
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk = message.get("body", b"")
            if raw:
                receiver.write(chunk)
            elif len(body) <= BODY_LIMIT:
                body += chunk
            if not message.get("more_body", False):
                break
        host = headers.get("host") or "emulator"
        mime = headers.get("content-type", "").split(";")[0].strip().lower()
        return Received(
            operation=None if operation is None else operation.name,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            params=dict(scope.get("path_params") or {}),
            base_url=f"{scope.get('scheme', 'http')}://{host}/",
            body=bytes(body),
            upload=receiver.upload(mime) if raw else None,
            allow=scope.get("emulator.allow"),
        )

    async def _serve(
        self, operation: Operation | None, received: Received, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await self.holds.pass_through(self._arrival(received), "before")
        arrival = self._arrival(received)
        with self.emulator.store.transaction():
            fault = self.faults.meet(arrival)
        if fault is not None and fault.do == "delay" and fault.when == "before":
            await asyncio.sleep(fault.get("seconds", 1))
        answer = self._answer(operation, received, fault)
        await self.holds.pass_through(arrival, "after")
        date = self._date()
        if fault is not None and fault.do == "refuse":
            self._refuse(fault.get("seconds", 0.5))
            answer = replace(answer, headers={**answer.headers, "Connection": "close"})
        if fault is None or fault.do not in ("reset", "silence", "truncate", "drip", "delay", "late"):
            await send_answer(answer, date, send)
        elif fault.do == "delay":
            await asyncio.sleep(fault.get("seconds", 1) if fault.when == "after" else 0)
            await send_answer(answer, date, send)
        elif fault.do == "truncate":
            size = fault.get("bytes", None)
            await truncate(answer, date, size, scope, receive, send)
        elif fault.do == "drip":
            await drip(answer, date, max(1, int(fault.get("bytes", 1))), fault.get("seconds", 0.05), send)
        elif answer.status is not None:
            await send_answer(answer, date, send)
        elif "reset" in (fault.do, fault.get("answer", None)):
            await reset(scope, receive)
        else:
            await silence(scope, receive, 30 if fault.do == "late" else fault.get("seconds", 30))

    def _arrival(self, received: Received) -> Arrival:
        row = self.emulator.store.one("select coalesce(max(number), 0) + 1 as number from request")
        body = "" if received.upload is not None else received.body.decode("utf-8", "replace")
        return Arrival(
            number=0 if row is None else row["number"],
            operation=received.operation or "",
            method=received.method,
            path=received.path,
            site=received.headers.get("wix-site-id", "").lower(),
            body=body,
        )

    def _date(self) -> str | None:
        form = self.emulator.settings["date_header"]
        if form == "missing":
            return None
        return formatdate(4_102_444_800 if form == "absurd" else self.emulator.clock.now() / 1000, usegmt=True)

    # Carrying out

    def _answer(self, operation: Operation | None, received: Received, fault: Fault | None) -> Answer:
        """The request's effect, its log entry and whatever is due: one transaction, done before the answer."""
        with self.emulator.store.transaction():
            self._carry_out_late()
            if fault is not None and fault.when == "before" and fault.do in ("reply", "reset", "silence"):
                return self._log_only(received, fault, instead(fault))
            if fault is not None and fault.do == "late":
                return self._postpone(received, fault)
            first = self._carry_out(operation, received, fault)
            if fault is None:
                return first
            if fault.do == "twice":
                second = self._carry_out(operation, received, fault, note="the same request once more")
                return second if fault.get("answer", "second") == "second" else first
            if fault.do == "reply":
                return instead(fault)
            if fault.do in ("reset", "silence"):
                return Answer(status=None)
            return changed(first, fault) if fault.do == "change" else first

    def _carry_out(
        self, operation: Operation | None, received: Received, fault: Fault | None, note: str | None = None
    ) -> Answer:
        started = time.perf_counter()
        emulator, call = self.emulator, self._call(received)
        lifecycle.settle(emulator, call.now)
        code, committed = None, None
        try:
            with emulator.store.undo_on_error():
                reply = self._handle(operation, received, call)
            committed = True if operation is not None and operation.writes else None
            body = b"" if reply.body is None else json_bytes(reply.body)
            answer = Answer(status=reply.status, body=body, headers=reply.headers)
        except ServiceError as error:
            code = error.code
            if operation is not None and operation.writes:
                committed = False
            if error.breach:
                call.violations.append(error.message or f"status {error.status}")
            answer = self._refusal(error, received)
        sent = status_sent(answer, fault)
        self._log(received, call, sent, code, committed, (time.perf_counter() - started) * 1000, fault, note)
        return answer

    def _call(self, received: Received) -> Call:
        return Call(
            emulator=self.emulator,
            site="",
            now=self.emulator.clock.now(),
            base_url=received.base_url,
            params=received.params,
            query=parse_qsl(received.query, keep_blank_values=True),
            headers=received.headers,
            body=None,
            upload=received.upload,
        )

    def _handle(self, operation: Operation | None, received: Received, call: Call) -> Reply:
        if operation is None:
            status, message = (404, "Not Found") if received.allow is None else (405, "Method Not Allowed")
            raise ServiceError(status=status, message=message, breach=True)
        admit(operation, call, received.body)
        result = operation.handler(call)
        return result if isinstance(result, Reply) else Reply(body=result)

    def _refusal(self, error: ServiceError, received: Received) -> Answer:
        if error.html:
            return Answer(status=error.status, body=HTML_PAGE.format(status=error.status).encode(), type=HTML)
        headers = {} if received.allow is None else {"Allow": received.allow}
        if error.status == 429:
            form = self.emulator.settings["retry_after"]
            if form != "absent":
                headers["Retry-After"] = "1000000000" if form == "hostile" else str(error.wait)
        # System errors are sent empty, by design of the service.
        return Answer(status=error.status, body=json_bytes(error.body()) if error.message else b"{}", headers=headers)

    # Faults

    def _log_only(self, received: Received, fault: Fault, answer: Answer, note: str | None = None) -> Answer:
        call = self._call(received)
        writes = received.operation is not None and BY_NAME[received.operation].writes
        code = fault.get("code", None)
        self._log(received, call, answer.status, code, False if writes else None, 0, fault, note)
        return answer

    def _log(
        self,
        received: Received,
        call: Call,
        status: int | None,
        code: str | None,
        committed: bool | None,
        duration_ms: float,
        fault: Fault | None,
        note: str | None,
    ) -> None:
        body = received.shown_body()
        record.log(
            self.emulator,
            record.Entry(
                site=call.site or received.headers.get("wix-site-id", "").lower() or None,
                operation=received.operation,
                method=received.method,
                path=received.path,
                query=received.query,
                body=None if body is None else json.dumps(body),
                status=status,
                code=code,
                committed=committed,
                time=call.now,
                duration_ms=round(duration_ms, 3),
                violations=call.violations,
                fault=None if fault is None else fault.id,
                note=note,
            ),
        )

    def _postpone(self, received: Received, fault: Fault) -> Answer:
        """Answers now as if it had failed; the effect comes later, by the count of requests and the virtual clock."""
        arrival = self._arrival(received)
        if received.upload is not None:
            return self._log_only(received, fault, Answer(status=504), "an upload is not carried out late")
        kept = {
            "operation": received.operation,
            "method": received.method,
            "path": received.path,
            "query": received.query,
            "headers": dict(received.headers),
            "params": dict(received.params),
            "base_url": received.base_url,
            "body": received.body.decode("utf-8", "replace"),
        }
        due = self.emulator.clock.now() + round(fault.get("seconds", 0) * 1000)
        after = arrival.number + int(fault.get("requests", 1))
        self.emulator.store.run(
            "insert into late(request, after_number, due) values(?,?,?)", json.dumps(kept), after, due
        )
        answer = fault.get("answer", None)
        if answer in ("reset", "silence"):
            return self._log_only(received, fault, Answer(status=None), "carried out later")
        status = int(fault.get("status", 504))
        reply = Answer(status=status, body=HTML_PAGE.format(status=status).encode(), type=HTML)
        return self._log_only(received, fault, reply, "carried out later")

    def _carry_out_late(self) -> None:
        store = self.emulator.store
        now = self.emulator.clock.now()
        while True:
            row = store.one(
                "select * from late where due<=? and after_number <= (select coalesce(max(number), 0) from request)"
                " order by id limit 1",
                now,
            )
            if row is None:
                return
            store.run("delete from late where id=?", row["id"])
            kept = json.loads(row["request"])
            received = Received(**{**kept, "body": kept["body"].encode()})
            operation = BY_NAME.get(received.operation or "")
            self._carry_out(operation, received, None, note="carried out late, unanswered")
