"""A minimal OpenAI-compatible server for benchmarks: a bare asyncio protocol, so that it is never what is measured.

    python benchmarks/loopback_server.py --latency 0.1 [--faults] [--count FILE]

It prints its port, answers every POST with the same 60-word reply after `latency` seconds, and with --faults gives 5 %
429 (Retry-After: 1), 2 % 500, 1 % dropped connections, 0.5 % truncated JSON and 0.5 % hangs; by the number of the
request, so that the same run meets the same faults. SIGUSR1 writes the number of requests to FILE.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
from pathlib import Path

REPLY = (
    "That sounds really hard, and it makes sense that you feel worn out after carrying this on your own for so long. "
    "I am here and I am listening. Would you like to tell me what the evenings are like, and what has helped you a little "
    "in the past? We can take this slowly, one thing at a time, and you decide what we talk about next tonight."
)


def _response(status: str, body: bytes, extra: bytes = b"") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n".encode()
    return head + extra + b"\r\n" + body


_BODY = json.dumps({
    "id": "x", "object": "chat.completion", "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": REPLY}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 20, "completion_tokens": 80, "total_tokens": 100},
}).encode()  # fmt: skip
OK = _response("200 OK", _BODY)
BUSY = _response("429 Too Many Requests", b'{"error": {"message": "slow down"}}', b"Retry-After: 1\r\n")
BROKEN = _response("500 Internal Server Error", b'{"error": {"message": "oops"}}')
CUT = _response("200 OK", _BODY[: len(_BODY) // 2])


class Server(asyncio.Protocol):
    """One connection; requests are read by Content-Length and answered in order."""

    latency = 0.0
    faults = False
    count = 0
    chance = random.Random(0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request in the buffer."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            at = self.buffer.lower().find(b"content-length:", 0, end)
            length = int(self.buffer[at + 15 : self.buffer.index(b"\r\n", at)]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            Server.count += 1
            self.answer()

    def answer(self) -> None:
        """Send the reply, or the fault that chance has for this request."""
        if not self.faults:
            self.later(OK, self.latency)
            return
        draw = self.chance.random()
        if draw < 0.05:
            self.later(BUSY, self.latency)
        elif draw < 0.07:
            self.later(BROKEN, self.latency)
        elif draw < 0.08:
            self.transport.abort()
        elif draw < 0.085:
            self.later(CUT, self.latency)
        elif draw >= 0.995:
            self.later(OK, 3600)
        else:
            self.later(OK, self.latency)

    def later(self, response: bytes, seconds: float) -> None:
        """Write now or after `seconds`."""
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self.write, response)
        else:
            self.write(response)

    def write(self, response: bytes) -> None:
        """Write unless the client has gone."""
        if not self.transport.is_closing():
            self.transport.write(response)


async def main() -> None:
    """Serve on a free loopback port until killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--count", type=Path)
    options = parser.parse_args()
    Server.latency, Server.faults = options.latency, options.faults
    loop = asyncio.get_running_loop()
    if options.count:
        loop.add_signal_handler(signal.SIGUSR1, lambda: options.count.write_text(str(Server.count)))
    server = await loop.create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
