"""The way of one request from arrival to answer: held, faulted, carried out, sent."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate

from socialsync.emulator.core import Emulator
from socialsync.emulator.execution import Execution
from socialsync.emulator.faults import Faults
from socialsync.emulator.holds import Holds
from socialsync.emulator.operation import Operation
from socialsync.emulator.operations import BY_NAME
from socialsync.emulator.received import Received, receive_whole
from socialsync.emulator.uploads import Receiver
from socialsync.emulator.wire import Receive, Scope, Send, drip, reset, send_answer, silence, truncate


class Service:
    """Carries requests out, one after another: only holds and faults ever wait, and never inside a transaction."""

    def __init__(self, emulator: Emulator, refuse: Callable[[float], None]) -> None:
        self.emulator = emulator
        # Lets the port refuse connections; in process there is none, and nothing happens.
        self._refuse = refuse
        self._execution = Execution(emulator)
        self.faults = Faults(emulator, BY_NAME)
        self.holds = Holds(BY_NAME)

    async def serve(self, operation: Operation | None, scope: Scope, receive: Receive, send: Send) -> None:
        receiver = Receiver()
        try:
            received = await receive_whole(operation, scope, receive, receiver)
            if received is not None:
                await self._serve(operation, received, scope, receive, send)
        finally:
            receiver.close()

    async def _serve(
        self, operation: Operation | None, received: Received, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await self.holds.pass_through(received.arrival(self.emulator), "before")
        arrival = received.arrival(self.emulator)
        with self.emulator.store.transaction():
            fault = self.faults.meet(arrival)
        if fault is not None and fault.do == "delay" and fault.when == "before":
            await asyncio.sleep(fault.get("seconds", 1))
        answer = self._execution.answer(operation, received, fault)
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

    def _date(self) -> str | None:
        form = self.emulator.settings["date_header"]
        if form == "missing":
            return None
        return formatdate(4_102_444_800 if form == "absurd" else self.emulator.clock.now() / 1000, usegmt=True)
