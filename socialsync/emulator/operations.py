"""All operations, in the order in which they are routed and described; router, checks and OpenAPI page read it."""

from collections.abc import Mapping

from socialsync.emulator.account_operations import ACCOUNTS
from socialsync.emulator.item_operations import ITEMS, SIDE_DOOR
from socialsync.emulator.media_operations import FILES, UPLOADS
from socialsync.emulator.operation import Operation

OPERATIONS: tuple[Operation, ...] = (*ITEMS, *ACCOUNTS, *SIDE_DOOR, *FILES, *UPLOADS)

BY_NAME: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}
