"""What one request does: admitted, carried out in one transaction, refused or put off, and logged."""

import json
import time
from urllib.parse import parse_qsl

from socialsync.emulator import lifecycle, record
from socialsync.emulator.admission import admit
from socialsync.emulator.core import Call, Emulator, Reply
from socialsync.emulator.errors import HTML_PAGE, ServiceError
from socialsync.emulator.fault_answers import changed, instead, status_sent
from socialsync.emulator.faults import Fault
from socialsync.emulator.operation import Operation
from socialsync.emulator.operations import BY_NAME
from socialsync.emulator.received import Received
from socialsync.emulator.wire import HTML, Answer, json_bytes


class Execution:
    """Carries requests out; nothing in here ever waits."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def answer(self, operation: Operation | None, received: Received, fault: Fault | None) -> Answer:
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
        arrival = received.arrival(self.emulator)
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
