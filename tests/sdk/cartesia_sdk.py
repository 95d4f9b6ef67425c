"""cartesia (Python) against the practice line."""
import asyncio
import sys

import cartesia
from cartesia import AsyncCartesia, Cartesia
from cartesia.types import Voice, WebsocketResponse

from practice import check, finish, refused, start, strict

port = start()
BASE = {"base_url": f"http://127.0.0.1:{port}", "websocket_base_url": f"ws://127.0.0.1:{port}"}
client = Cartesia(api_key="any", max_retries=0, **BASE)
VOICE = "71a7ad14-091c-4e8e-a314-022ece01c121"
MULAW = {"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000}

voices = list(client.voices.list(limit=2))
check("voices over all pages", VOICE in [v.id for v in voices] and len(voices) > 2, len(voices))
check("no voice twice", len({v.id for v in voices}) == len(voices))
for voice in voices:
    strict(f"voice {voice.name}", Voice, voice.model_dump())
check("search", [v.id for v in client.voices.list(q="British Reading Lady")] == [VOICE])
check("by gender", {v.gender for v in client.voices.list(gender="feminine")} == {"feminine"})
backwards = client.voices.list(limit=2, ending_before=voices[-1].id)
check("backwards", [v.id for v in backwards.data] == [v.id for v in voices[-3:-1]], [v.name for v in backwards.data])
check("preview asked for", client.voices.list(limit=1, expand=["preview_file_url"]).data)
strict("one voice", Voice, client.voices.get(VOICE).model_dump())
refused("no such voice", cartesia.NotFoundError,
        lambda: client.voices.get("00000000-0000-0000-0000-000000000000"))
token = client.access_token.create(expires_in=60, grants={"tts": True}).token
check("short-lived token", token)
check("token instead of the key", Cartesia(token=token, **BASE).voices.list(limit=1).data)

text = "Tuesday at ten works for me."
raw = client.tts.generate(model_id="sonic-3.5", transcript=text, voice=VOICE, output_format=MULAW, language="en").read()
check("bytes, mu-law", 1 < len(raw) / 8000 < 5, f"{len(raw) / 8000:.2f} s")
wav = client.tts.generate(model_id="sonic-3.5", transcript=text, voice={"id": VOICE},
                          output_format={"container": "wav", "encoding": "pcm_s16le", "sample_rate": 16000}).read()
check("bytes, wav", wav[:4] == b"RIFF" and wav[8:12] == b"WAVE" and abs(len(wav) - 44 - 4 * len(raw)) < 64)
refused("bytes without text", cartesia.BadRequestError, lambda: client.tts.generate(
    model_id="sonic-3.5", transcript=" ", voice=VOICE, output_format=MULAW), lambda e: e.body["error_code"])
refused("no such model", cartesia.APIStatusError, lambda: client.tts.generate(
    model_id="sonic-0", transcript="x", voice=VOICE, output_format=MULAW), lambda e: e.status_code in (400, 404))
refused("wrong key", cartesia.AuthenticationError,
        lambda: Cartesia(api_key="bad", max_retries=0, **BASE).voices.list())


def collect(context):
    events = []
    for event in context.receive():
        strict(f"{event.type} of the socket", WebsocketResponse, event.model_dump())
        events.append(event)
    return events


with client.tts.websocket_connect() as connection:
    context = connection.context(model_id="sonic-3.5", voice=VOICE, output_format=MULAW, language="en",
                                 add_timestamps=True, max_buffer_delay_ms=0, timeout=10)
    context.push("Hello, this is Ava. ")
    context.push("Is this a good time?")
    context.no_more_inputs()
    events = collect(context)
    audio = b"".join(e.audio for e in events if e.type == "chunk")
    words = [w for e in events if e.type == "timestamps" for w in e.word_timestamps.words]
    starts = [t for e in events if e.type == "timestamps" for t in e.word_timestamps.start]
    ends = [t for e in events if e.type == "timestamps" for t in e.word_timestamps.end]
    check("audio of two inputs", 1.5 < len(audio) / 8000 < 8, f"{len(audio) / 8000:.2f} s")
    check("words", words == "Hello, this is Ava. Is this a good time?".split(), words)
    check("times grow and fit the audio", starts == sorted(starts) and ends[-1] <= len(audio) / 8000 + 0.01)
    check("flush_done for each input", [e.flush_id for e in events if e.type == "flush_done"][:2] == [1, 2],
          [e.flush_id for e in events if e.type == "flush_done"])
    check("done is last", events[-1].type == "done")

    one = connection.context("one-shot", timeout=10)
    one.send(model_id="sonic-latest", voice={"id": VOICE}, transcript="Goodbye.", output_format=MULAW, continue_=False)
    check("context with an id of its own", collect(one)[-1].type == "done")

    plain = connection.context(timeout=10)
    plain.send(transcript="Goodbye.", voice=VOICE, continue_=False)
    data = b"".join(e.audio for e in collect(plain) if e.type == "chunk")
    check("the SDK's own defaults (float, 44.1 kHz)", len(data) > 44100 and len(data) % 4 == 0, len(data))

    first = connection.context("a", model_id="sonic-3.5", voice=VOICE, output_format=MULAW, timeout=10)
    second = connection.context("b", model_id="sonic-3.5", voice=VOICE, output_format=MULAW, timeout=10)
    first.push("This is the first. ")
    second.push("This is the second. ")
    second.no_more_inputs()
    first.no_more_inputs()
    check("two contexts at once", collect(second)[-1].type == "done" and collect(first)[-1].type == "done")

    flushed = connection.context("flush", model_id="sonic-3.5", voice=VOICE, output_format=MULAW, timeout=10)
    flushed.push("One moment ")
    flushed.send(transcript="", voice=VOICE, continue_=True, flush=True)
    flushed.push("please.")
    flushed.no_more_inputs()
    ids = [(e.type, getattr(e, "flush_id", None)) for e in collect(flushed)]
    check("manual flush", ("flush_done", 1) in ids and ("chunk", 2) in ids, ids)

    cancelled = connection.context("cancelled", model_id="sonic-3.5", voice=VOICE, output_format=MULAW, timeout=10)
    cancelled.push("This sentence will not be needed to its end because somebody else is speaking now. ")
    cancelled.cancel()
    after = connection.context("after", model_id="sonic-3.5", voice=VOICE, output_format=MULAW, timeout=10)
    after.send(transcript="Yes?", voice=VOICE, continue_=False)
    check("context after a cancelled one", collect(after)[-1].type == "done")

    wrong = connection.context("wrong", model_id="sonic-0", voice=VOICE, output_format=MULAW, timeout=10)
    wrong.send(transcript="Yes?", voice=VOICE, continue_=False)
    error = collect(wrong)[-1]
    check("error event", error.type == "error" and error.error_code == "model_not_found", error.error)
    again = connection.context("again", model_id="sonic-3.5", voice=VOICE, output_format=MULAW, timeout=10)
    again.send(transcript="Yes?", voice=VOICE, continue_=False)
    check("socket survives an error", collect(again)[-1].type == "done")

older = Cartesia(api_key="any", default_headers={"cartesia-version": "2026-03-01"}, **BASE)
with older.tts.websocket_connect() as connection:
    context = connection.context(model_id="sonic-3.5", voice={"mode": "id", "id": VOICE}, output_format=MULAW, timeout=10)
    context.send(transcript="Yes?", voice={"mode": "id", "id": VOICE}, continue_=False)
    check("version 2026-03-01", collect(context)[-1].type == "done")


async def asynchronous() -> None:
    async with AsyncCartesia(api_key="any", **BASE) as aclient:
        async with aclient.tts.websocket_connect() as connection:
            context = connection.context(model_id="sonic-3.5", voice=VOICE, output_format=MULAW, timeout=10)
            await context.push("Hello. ")
            await context.no_more_inputs()
            types = [event.type async for event in context.receive()]
            check("asynchronous client", types[-1] == "done" and "chunk" in types)
        check("asynchronous voices", len([v async for v in aclient.voices.list(limit=3)]) == len(voices))


asyncio.run(asynchronous())
sys.exit(finish())
