"""google-genai (Python) against the practice line's /v1beta."""
import asyncio
import sys

from google import genai
from google.genai import errors, types

from practice import check, finish, refused, start

port = start()


def client_with(key: str) -> genai.Client:
    return genai.Client(api_key=key, http_options=types.HttpOptions(
        base_url=f"http://127.0.0.1:{port}", api_version="v1beta", retry_options=types.HttpRetryOptions(attempts=1)))


client = client_with("any")
MODEL = "gemini-3.6-flash"
end_call = types.FunctionDeclaration(
    name="end_call", description="Ends the call",
    parameters=types.Schema(type="OBJECT", properties={"reason": types.Schema(type="STRING")}, required=["reason"]))
config = types.GenerateContentConfig(
    system_instruction="You are Ava.\ncustomer_name: Robin\n", temperature=0.6, max_output_tokens=300,
    thinking_config=types.ThinkingConfig(thinking_level="minimal"), tools=[types.Tool(function_declarations=[end_call])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True))


def user(text: str) -> types.Content:
    return types.Content(role="user", parts=[types.Part(text=text)])


history: list[types.Content] = []


def turn(content: types.Content, model: str = MODEL) -> list[types.GenerateContentResponse]:
    """One streamed turn; the model's parts go into the history as they came, signatures included."""
    history.append(content)
    chunks = list(client.models.generate_content_stream(model=model, contents=history, config=config))
    parts = [part for chunk in chunks for part in (chunk.candidates[0].content.parts or [])]
    history.append(types.Content(role="model", parts=parts))
    return chunks


chunks = turn(user("Hello?"))
text = "".join(chunk.text or "" for chunk in chunks)
check("streamed text", "Hello Robin, this is Ava" in text, repr(text[:60]))
check("pieces", len(chunks) > 2, len(chunks))
check("finish reason on the last only",
      [c.candidates[0].finish_reason for c in chunks] == [None] * (len(chunks) - 1) + [types.FinishReason.STOP])
check("one response id", len({c.response_id for c in chunks}) == 1 and chunks[0].response_id)
check("cumulative usage", chunks[-1].usage_metadata.total_token_count > chunks[-1].usage_metadata.prompt_token_count)
check("model version", {c.model_version for c in chunks} == {MODEL})
check("signature on an empty text part", history[-1].parts[-1].thought_signature and history[-1].parts[-1].text == "")

chunks = turn(user("Yes, this is a good time."))
check("second turn", "check up is due" in "".join(c.text or "" for c in chunks))
chunks = turn(user("No, that is everything. Thank you. Goodbye."))
calls = [call for chunk in chunks for call in (chunk.function_calls or [])]
check("function call", len(calls) == 1 and calls[0].name == "end_call" and calls[0].args["reason"], calls)
check("its id", calls[0].id)
check("its signature", any(p.function_call and p.thought_signature for p in history[-1].parts))
answer = types.Content(role="user", parts=[types.Part(function_response=types.FunctionResponse(
    id=calls[0].id, name="end_call", response={"output": "ok"}))])
chunks = turn(answer)
check("turn after the function's result", chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP)

stand_in = [c.model_copy(deep=True) for c in history[:6]] + [answer]
for part in stand_in[5].parts:
    part.thought_signature = b"skip_thought_signature_validator" if part.function_call else None
check("the stand-in for a signature", client.models.generate_content(
    model=MODEL, contents=stand_in, config=config).candidates[0].finish_reason == types.FinishReason.STOP)

unsigned = [c.model_copy(deep=True) for c in history[:6]] + [answer]
for part in unsigned[5].parts:
    part.thought_signature = None
refused("call without its signature", errors.ClientError,
        lambda: client.models.generate_content(model=MODEL, contents=unsigned, config=config),
        lambda e: e.code == 400 and e.status == "INVALID_ARGUMENT" and "thought_signature" in e.message)

whole = client.models.generate_content(model=MODEL, contents="Hello?", config=config)
check("whole answer", "Ava" in whole.text, whole.usage_metadata.total_token_count)
older = client.models.generate_content(
    model="gemini-2.5-flash", contents="Hello?",
    config=types.GenerateContentConfig(thinking_config=types.ThinkingConfig(thinking_budget=0)))
check("older model with a thinking budget", "Ava" in older.text)
json_schema = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[types.FunctionDeclaration(
    name="end_call", description="Ends the call", parameters_json_schema={
        "type": "object", "properties": {"reason": {"type": "string"}}, "required": ["reason"],
        "additionalProperties": False})])])
declared = client.models.generate_content(model=MODEL, contents=[user("Hello?"), types.Content(
    role="model", parts=[types.Part(text="Hello, this is Ava.")]), user("goodbye")], config=json_schema)
check("declaration by JSON Schema", declared.function_calls[0].name == "end_call")
forced = types.GenerateContentConfig(
    tools=config.tools, tool_config=types.ToolConfig(function_calling_config=types.FunctionCallingConfig(mode="NONE")),
    safety_settings=[types.SafetySetting(category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_NONE")],
    stop_sequences=["###"], top_p=0.9, top_k=40, seed=7, candidate_count=1)
check("calls switched off", not client.models.generate_content(
    model=MODEL, contents="goodbye", config=forced).function_calls)


def end_call_python(reason: str) -> str:
    """Ends the call."""
    return "ok " + reason


end_call_python.__name__ = "end_call"
chat = client.chats.create(model=MODEL, config=types.GenerateContentConfig(tools=[end_call_python]))
said = [chunk.text for chunk in chat.send_message_stream("Hello?")]
check("chat that streams, with a Python function as tool", "Ava" in "".join(t or "" for t in said))
check("chat's second turn", "check up" in chat.send_message("Yes, go ahead.").text)

ended = chat.send_message("That is everything, goodbye.")
check("chat that carries out the function itself", any(
    part.function_response and part.function_response.response == {"result": "ok conversation complete"}
    for content in chat.get_history() for part in content.parts), ended.candidates[0].finish_reason)

by_hand = client.chats.create(model=MODEL, config=types.GenerateContentConfig(
    tools=[types.Tool(function_declarations=[end_call])]))
by_hand.send_message("Hello?")
called = by_hand.send_message("That is everything, goodbye.")
check("chat's function call", called.function_calls[0].name == "end_call")
after = by_hand.send_message(types.Part(function_response=types.FunctionResponse(
    id=called.function_calls[0].id, name="end_call", response={"output": "ok"})))
check("chat's function response", after.candidates[0].finish_reason == types.FinishReason.STOP)

check("count tokens", client.models.count_tokens(model=MODEL, contents="Hello?").total_tokens > 0)
check("models list", MODEL in [m.name.removeprefix("models/") for m in client.models.list(config={"page_size": 4})])
check("a model", client.models.get(model=MODEL).output_token_limit == 65536)

stranger = client_with("bad")
refused("wrong key", errors.ClientError,
        lambda: stranger.models.generate_content(model=MODEL, contents="x"),
        lambda e: e.code == 400 and "API key not valid" in e.message)
refused("wrong key in a stream", errors.ClientError,
        lambda: list(stranger.models.generate_content_stream(model=MODEL, contents="x")),
        lambda e: e.code == 400 and e.status == "INVALID_ARGUMENT")
refused("unknown model", errors.ClientError, lambda: client.models.generate_content(model="gemini-0", contents="x"),
        lambda e: e.code == 404 and e.status == "NOT_FOUND")
refused("level that the model lacks", errors.ClientError,
        lambda: client.models.generate_content(model="gemini-3.8-flash", contents="x", config=types.GenerateContentConfig(
            thinking_config=types.ThinkingConfig(thinking_level="minimal"))),
        lambda e: e.code == 400 and "MINIMAL" in e.message)
refused("last turn is the model's", errors.ClientError,
        lambda: client.models.generate_content(model=MODEL, contents=[user("x"), types.Content(
            role="model", parts=[types.Part(text="y")])]), lambda e: e.code == 400)
refused("busy model", errors.ServerError,
        lambda: list(client.models.generate_content_stream(model=MODEL, contents="Is your system busy?")),
        lambda e: e.code == 503 and e.status == "UNAVAILABLE")
check("busy only once", client.models.generate_content(model=MODEL, contents="Is your system busy?").text)


async def asynchronous() -> None:
    stream = await client.aio.models.generate_content_stream(model=MODEL, contents="Hello?", config=config)
    words = [chunk.text or "" async for chunk in stream]
    check("asynchronous stream", "Ava" in "".join(words))


asyncio.run(asynchronous())
sys.exit(finish())
