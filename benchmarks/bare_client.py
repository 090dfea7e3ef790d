"""The least a client can do: aiohttp, 64 at a time, one JSON body in, one reply out. What the engine is compared with.

python benchmarks/bare_client.py URL COUNT
"""

from __future__ import annotations

import asyncio
import json
import sys

import aiohttp


async def main(url: str, count: int, concurrency: int = 64) -> None:
    """Ask `count` distinct prompts and keep the replies in memory."""
    replies = []
    queue = iter(range(count))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:

        async def work() -> None:
            for number in queue:
                messages = [
                    {"role": "user", "content": f"I feel tired, number {number}, and do not know whom to tell."}
                ]
                body = {"model": "m", "messages": messages, "temperature": 0, "max_tokens": 160, "seed": 0}
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    answer = json.loads(await response.read())
                    replies.append(answer["choices"][0]["message"]["content"])

        await asyncio.gather(*[work() for _ in range(concurrency)])
    assert len(replies) == count


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
