"""openai (Python) against the practice line's /v1."""
import json
import sys

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from practice import check, finish, refused, start, strict

client = openai.OpenAI(base_url=f"http://127.0.0.1:{start()}/v1", api_key="any", max_retries=0)
SYSTEM = {"role": "system", "content": "You are Ava."}
END_CALL = {
    "type": "function",
    "function": {
        "name": "end_call",
        "description": "Ends the call",
        "parameters": {"type": "object", "properties": {"reason": {"type": "string"}}, "required": ["reason"]},
    },
}

models = list(client.models.list())
check("models list", [m.id for m in models] == ["practice"], models)

answer = client.chat.completions.create(model="practice", messages=[SYSTEM, {"role": "user", "content": "Hello?"}])
strict("whole answer is a ChatCompletion", ChatCompletion, answer.model_dump())
check("whole answer", "Ava" in answer.choices[0].message.content and answer.choices[0].finish_reason == "stop")
check("whole answer counts tokens", answer.usage.total_tokens > 0)

chunks = list(client.chat.completions.create(
    model="practice", stream=True, stream_options={"include_usage": True},
    messages=[SYSTEM, {"role": "user", "content": [{"type": "text", "text": "Hello?"}]}]))
for chunk in chunks:
    strict("chunk is a ChatCompletionChunk", ChatCompletionChunk, chunk.model_dump())
check("one id in all chunks", len({c.id for c in chunks}) == 1)
check("usage comes once, in a last chunk without choices",
      [bool(c.usage) for c in chunks] == [False] * (len(chunks) - 1) + [True] and chunks[-1].choices == [])
check("text is streamed in pieces", sum(bool(c.choices and c.choices[0].delta.content) for c in chunks) > 1)

with client.chat.completions.stream(
        model="practice", tools=[END_CALL],
        messages=[SYSTEM, {"role": "user", "content": "No, that is everything. Goodbye."}]) as stream:
    for event in stream:
        pass
    final = stream.get_final_completion()
message = final.choices[0].message
check("function call over fragments", message.tool_calls and message.tool_calls[0].function.name == "end_call",
      message.tool_calls)
check("its arguments are JSON", json.loads(message.tool_calls[0].function.arguments)["reason"] != "")
check("finish reason", final.choices[0].finish_reason == "tool_calls")

history = [SYSTEM, {"role": "user", "content": "No, that is everything. Goodbye."},
           {"role": "assistant", "content": message.content,
            "tool_calls": [call.model_dump(include={"id", "type", "function"}) for call in message.tool_calls]},
           {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "{\"output\":\"ok\"}"}]
for call in history[2]["tool_calls"]:
    call["function"].pop("parsed_arguments", None)
after = client.chat.completions.create(model="practice", tools=[END_CALL], messages=history)
check("turn after the function's result", after.choices[0].finish_reason == "stop", repr(after.choices[0].message.content))

refused("wrong key", openai.AuthenticationError,
        lambda: client.with_options(api_key="bad").models.list(), lambda e: e.code == "invalid_api_key")
refused("wrong role", openai.BadRequestError,
        lambda: client.chat.completions.create(model="practice", messages=[{"role": "robot", "content": "x"}]),
        lambda e: e.type == "invalid_request_error")
refused("unanswered call", openai.BadRequestError,
        lambda: client.chat.completions.create(model="practice", messages=history[:3]))
refused("unknown path", openai.NotFoundError, lambda: client.embeddings.create(model="practice", input="x"))
refused("unknown model's page", openai.NotFoundError, lambda: client.models.retrieve("nothing"))

stream = client.chat.completions.create(model="practice", stream=True,
                                        messages=[SYSTEM, {"role": "user", "content": "all the options"}])
next(iter(stream))
stream.close()
check("a stream that the client leaves", client.models.list().data)
sys.exit(finish())
