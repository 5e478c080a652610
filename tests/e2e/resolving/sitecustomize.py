"""Has a Home Assistant find GitHub's raw files on loopback. Nothing else of it is changed.

Python imports this by its name before anything else.
"""

import os
import socket
from typing import Final
from unittest.mock import patch

from aiohttp.resolver import AsyncResolver, ResolveResult

HOST: Final = "raw.githubusercontent.com"
PORT: Final = int(os.environ["RAW_FILES_PORT"])

real_resolve: Final = AsyncResolver.resolve


async def resolve(
    self: AsyncResolver,
    host: str,
    port: int = 0,
    family: socket.AddressFamily = socket.AF_INET,
) -> list[ResolveResult]:
    """Return where a host is. Only root could listen on the port for https, so the port changes, too."""
    if host != HOST:
        return await real_resolve(self, host, port, family)
    return [
        ResolveResult(
            hostname=host,
            host="127.0.0.1",
            port=PORT,
            family=socket.AF_INET,
            proto=0,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
    ]


patch.object(AsyncResolver, "resolve", resolve).start()
