"""S25: bugs that such clients really have, each as a small patch of the package, and the cases that catch it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bug:
    """In `file` of the package `old`, there exactly once, becomes `new`; each of `cases` must then fail."""

    name: str
    file: str
    old: str
    new: str
    cases: Sequence[str]


def _bug(name: str, file: str, old: str, new: str, *cases: str) -> Bug:
    return Bug(name=name, file=file, old=old, new=new, cases=cases)


BUGS: Sequence[Bug] = (
    _bug("key-of-the-run", "keys.py", "{after}{attempt}", "{after}{__import__('os').getpid()}",
         "S1/u1/F2/5-publish_item_by_id/T8-reset-committed"),
    _bug("date-forgotten", "remote/wix/adapter.py", "publish_by_id(self.client, item_id, codec.encode_instant(at))",
         "publish_by_id(self.client, item_id, None)", "S8/u1/F2/3"),
    _bug("blind-resend", "transitions.py",
         "                    if transition.reached(seen):\n                        return seen\n"
         "                    if not transition.pending(seen) or not self._may_repeat",
         "                    if not self._may_repeat", "S1/u1/F9/5-cancel_scheduled_item/T8-reset-committed"),
    _bug("partial-listing-trusted", "remote/wix/listing.py", "if not fresh or len(found) == total:",
         "if True:\n                return found\n            if not fresh:", "S21/still/271/100/-"),
    _bug("moving-listing-trusted", "remote/wix/listing.py",
         "            if found is not None:\n                return found, filtered\n        raise IncompleteRead(",
         "            return found or [], filtered\n        raise IncompleteRead(", "S21/endless/repeated-id"),
    _bug("prune-on-empty", "plan/policy.py", "    if around.wanted_posts:", "    if True:", "S11/empty-of-three"),
    _bug("no-blast-radius", "plan/policy.py", "    if len(touched) <= allowed:", "    if True:",
         "S11/remove/4", "S11/edit/13"),
    _bug("no-fence", "plan/attempts.py", "    return wanted, tuple(fences)", "    return replace(wanted, needs=()), ()",
         "S8/u1/F21/3"),
    _bug("drafts-not-fenced", "plan/attempts.py",
         "fences.append(change(ChangeKind.DELETE, replace(pair, item=item), context, reason=FENCE))", "pass",
         "S8/u1/F22/3"),
    _bug("plan-not-checked-again", "writes.py", "        if seen is None or _compared(seen) != _compared(planned):",
         "        if seen is None:", "S5/u1/D1-edit/F5/4-get_item"),
    _bug("later-in-the-wrong-order", "writes.py", "        if item.at is not None and change.at > item.at:",
         "        if item.at is not None and change.at < item.at:", "S12/jump/F7/6-update_item/86400",
         "S12/jump/F7/6-reschedule_item/86400"),
    _bug("redirect-followed", "remote/wix/http.py", "follow_redirects=False", "follow_redirects=True",
         "S1/u1/F2/4-create_draft_item/H20-redirect"),
    _bug("any-200-is-success", "remote/wix/replies.py", "        if shape(data):", "        if True:",
         "S1/u1/F2/4-create_draft_item/H18-200-shape"),
    _bug("local-clock-trusted", "commands/observe.py", "now = reader.server_time() or environment.clock.now()",
         "now = environment.clock.now()", "S8/u1/F3/3"),
    _bug("missed-becomes-now", "timing.py", "return soonest if soonest <= until else None", "return soonest",
         "S12/new/-10770"),
    _bug("signal-ignored", "cli.py", "stopping=lambda: bool(signals),", "stopping=lambda: False,",
         "S3/u1/F18/11-create_draft_item/TERM"),
    _bug("memory-not-kept", "commands/remember.py", "    if before.at is None or", "    if before.at is not None or",
         "S5/u3/D4-delete/F20/before"),
    _bug("gone-is-made-again", "plan/wanted.py", "    if pair.record is not None:", "    if False:",
         "S5/u3/D4-delete/F20/before"),
    _bug("conflict-overwritten", "plan/conflict.py", "    if made not in (Origin.DRIFT, Origin.BOTH):", "    if True:",
         "S5/u1/D1-edit/F5/before"),
    _bug("key-in-a-message", "remote/wix/client.py", "self._denied = denied(verdict, self._site_id)",
         'self._denied = denied(verdict, self._headers["Authorization"])', "S1-for-ever/F1/list_accounts/H11-403"),
    _bug("failure-is-green", "apply.py", "self._no_quota, code = True, \"E-QUOTA\"",
         "self._no_quota, code, exit_code = True, \"E-QUOTA\", ExitCode.OK",
         "S1/u1/F2/5-publish_item_by_id/H15-428-quota"),
    _bug("claim-not-asked", "immediate.py", "if not self.claim(intent.key):",
         "self.claim(intent.key)\n        if False:",
         "S6-local/u1-wix-local/L4/first", "S6-local/u3-wix-local/L5/second"),
    _bug("claim-taken-back", "immediate.py", "if error.reply is ReplyClass.NOT_SENT",
         "if True or error.reply is ReplyClass.NOT_SENT",
         "S1-local/u1-wix-local/L1/5-publish_item_by_id/T5-reset-sending"),
    _bug("published-again", "immediate.py", "once=True,", "once=False,",
         "S1-local/u1-wix-local/L1/5-publish_item_by_id/T5-reset-sending"),
    _bug("published-too-late", "timing.py", "(at is None or at <= now) and now <= until", "at is None or at <= now",
         "S12-local/jump/L1/4-create_draft_item/1230"),
)  # fmt: skip
