"""deepgram-sdk (Python) against the practice line: live v1 and Flux v2, hearing what its own /tts/bytes spoke."""
import asyncio
import hashlib
import json
import sys
import threading
import time
import urllib.request

from deepgram import AsyncDeepgramClient, DeepgramClient
from deepgram.core.api_error import ApiError
from websockets.exceptions import InvalidStatus
from deepgram.environment import DeepgramClientEnvironment
from deepgram.listen.v1 import types as v1
from deepgram.listen.v2 import types as v2

from practice import check, finish, refused, start, strict

port = start()
environment = DeepgramClientEnvironment(base=f"http://127.0.0.1:{port}", production=f"ws://127.0.0.1:{port}",
                                        agent=f"ws://127.0.0.1:{port}", agent_rest=f"http://127.0.0.1:{port}")
client = DeepgramClient(api_key="any", environment=environment)
SILENCE = b"\xff"
V1 = {m.model_fields["type"].default: m for m in (v1.ListenV1Results, v1.ListenV1Metadata, v1.ListenV1UtteranceEnd,
                                                  v1.ListenV1SpeechStarted)}
V2 = {m.model_fields["type"].default: m for m in (v2.ListenV2Connected, v2.ListenV2TurnInfo,
                                                  v2.ListenV2ConfigureSuccess, v2.ListenV2ConfigureFailure,
                                                  v2.ListenV2FatalError)}


def speech(text: str) -> bytes:
    """8 kHz mu-law of what the practice line's callee would say."""
    body = {"model_id": "sonic-3.5", "transcript": text, "voice": "71a7ad14-091c-4e8e-a314-022ece01c121",
            "output_format": {"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000}}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/tts/bytes", json.dumps(body).encode(), {
        "Content-Type": "application/json", "X-API-Key": "any", "Cartesia-Version": "2026-08-14"})
    with urllib.request.urlopen(request) as response:
        return response.read()


def listen(connection, types, steps) -> tuple[list, list]:
    """Runs `steps` (functions of the connection) while a thread collects messages and errors until the socket closes."""
    from deepgram.core.events import EventType
    messages, errors = [], []

    def took(message) -> None:
        messages.append(message)
        kind = getattr(message, "type", None) or message.get("type")
        check(f"{kind} has the SDK's type", type(message) is types.get(kind), type(message).__name__)
        strict(f"{kind} in full", types[kind], message.model_dump(exclude_unset=True))

    connection.on(EventType.MESSAGE, took)
    connection.on(EventType.ERROR, errors.append)
    thread = threading.Thread(target=connection.start_listening)
    thread.start()
    for step in steps:
        step(connection)
    thread.join(15)
    check("socket closed", not thread.is_alive())
    return messages, errors


def media(audio: bytes, size: int):
    """Sends in real telephone pieces, without waiting: time on this connection is audio time."""
    def step(connection) -> None:
        for at in range(0, len(audio), size):
            connection.send_media(audio[at:at + size])
    return step


def pause(seconds: float):
    return lambda connection: time.sleep(seconds)


PARAMETERS = dict(model="nova-3", language="en-US", encoding="mulaw", sample_rate=8000, channels=1,
                  interim_results=True, punctuate=True, smart_format=True, endpointing=300, utterance_end_ms=1000,
                  vad_events=True, keyterm=["Dialdesk", "Bright Dental"], tag=["practice"], mip_opt_out=True)
audio = SILENCE * 4000 + speech("Tuesday at ten works for me.") + SILENCE * 16000
with client.listen.v1.connect(**PARAMETERS) as connection:
    messages, errors = listen(connection, V1, [
        media(audio, 160), lambda c: c.send_keep_alive(), pause(0.5), lambda c: c.send_finalize(), pause(0.5),
        lambda c: c.send_close_stream()])
results = [m for m in messages if m.type == "Results"]
finals = [m for m in results if m.is_final and m.channel.alternatives[0].transcript]
check("v1 transcript", " ".join(m.channel.alternatives[0].transcript for m in finals) == "Tuesday at ten works for me.",
      [m.channel.alternatives[0].transcript for m in finals])
check("v1 interims", any(not m.is_final and m.channel.alternatives[0].transcript for m in results))
check("v1 speech_final", finals[-1].speech_final and all(m.is_final for m in results if m.speech_final))
check("v1 words", [w.word for m in finals for w in m.channel.alternatives[0].words]
      == "tuesday at ten works for me".split())
tiles = [(m.start, m.start + m.duration) for m in results if m.is_final]
check("v1 finals tile the time", all(abs(a[1] - b[0]) < 0.001 for a, b in zip(tiles, tiles[1:])), tiles)
kinds = [m.type for m in messages]
check("v1 SpeechStarted, UtteranceEnd", "SpeechStarted" in kinds and "UtteranceEnd" in kinds)
check("v1 answer to Finalize", any(m.from_finalize for m in results))
check("v1 ends with Metadata", kinds[-1] == "Metadata" and messages[-1].sha256 == hashlib.sha256(audio).hexdigest()
      and abs(messages[-1].duration - len(audio) / 8000) < 0.05, messages[-1].duration)
check("v1 one request id", len({m.metadata.request_id for m in results} | {messages[-1].request_id}) == 1)
check("v1 closed normally", not errors, errors)

with client.listen.v1.connect(model="nova-3", encoding="mulaw", sample_rate=8000) as connection:
    messages, errors = listen(connection, V1, [media(audio, 800), pause(0.5), lambda c: c.send_close_stream()])
check("v1 without interims", all(m.is_final for m in messages if m.type == "Results"))
check("v1 unpunctuated", "tuesday at ten works for me" in " ".join(
    m.channel.alternatives[0].transcript for m in messages if m.type == "Results"))

with client.listen.v1.connect(model="nova-3", encoding="mulaw", sample_rate=8000) as connection:
    messages, errors = listen(connection, V1, [pause(10.5)])
check("v1 silent client is closed with 1011", errors and "1011" in str(errors[0]) and "net0001" in str(errors[0]), errors)

for what, key, change, status in (
        ("wrong key", "bad", {}, 401), ("Flux model on v1", "any", {"model": "flux-general-en"}, 400),
        ("keywords with nova-3", "any", {"keywords": ["Ava:2"]}, 400),
        ("encoding without rate", "any", {"sample_rate": None}, 400)):
    def connect(key=key, change=change):
        with DeepgramClient(api_key=key, environment=environment).listen.v1.connect(**{**PARAMETERS, **change}):
            pass
    # The SDK's synchronous client lets the error of its socket library through.
    refused("v1 " + what, InvalidStatus, connect,
            lambda e, status=status: e.response.status_code == status and e.response.headers["dg-error"])

with client.listen.v2.connect(model="flux-general-en", encoding="mulaw", sample_rate=8000, eot_threshold=0.7,
                              eager_eot_threshold=0.4, eot_timeout_ms=3000, keyterm=["Dialdesk"],
                              tag=["practice"]) as connection:
    talk = [speech("Yes, this is a good time."), speech("Tuesday at ten works for me.")]
    messages, errors = listen(connection, V2, [
        media(SILENCE * 4000 + talk[0] + SILENCE * 16000, 640),
        lambda c: c.send_configure(v2.ListenV2Configure(
            thresholds=v2.ListenV2ConfigureThresholds(eot_threshold=0.8, eot_timeout_ms=2000), keyterms=["Ava"])),
        lambda c: c.send_configure({"type": "Configure", "thresholds": {"eot_threshold": 7}}),
        media(talk[1] + SILENCE * 16000, 640), pause(0.5), lambda c: c.send_close_stream()])
turns = [m for m in messages if m.type == "TurnInfo"]
check("v2 Connected first", messages[0].type == "Connected" and messages[0].sequence_id == 0)
check("v2 one counter", [m.sequence_id for m in messages] == list(range(len(messages))))
ends = [m for m in turns if m.event == "EndOfTurn"]
check("v2 transcripts", [m.transcript for m in ends] == ["Yes, this is a good time.", "Tuesday at ten works for me."],
      [m.transcript for m in ends])
check("v2 turn index", [m.turn_index for m in ends] == [0, 1] and ends[0].trigger == "model", ends[0].trigger)
check("v2 eager end", any(m.event == "EagerEndOfTurn" and m.transcript == ends[0].transcript for m in turns))
check("v2 start once a turn", [m.turn_index for m in turns if m.event == "StartOfTurn"] == [0, 1])
check("v2 words", " ".join(w.word for w in ends[0].words) == ends[0].transcript)
success = [m for m in messages if m.type == "ConfigureSuccess"]
failure = [m for m in messages if m.type == "ConfigureFailure"]
check("v2 Configure", len(success) == 1 and success[0].thresholds.eot_threshold == 0.8
      and success[0].keyterms == ["Ava"], success)
check("v2 Configure refused, with the reason", len(failure) == 1 and failure[0].code and failure[0].description, failure)
check("v2 ends without a status", not errors or "1005" in str(errors[0]) or "no status" in str(errors[0]), errors)

with client.listen.v2.connect(model="flux-general-en", encoding="mulaw", sample_rate=8000) as connection:
    messages, errors = listen(connection, V2, [media(SILENCE * 1600, 640), lambda c: c._send({"type": "KeepAlive"})])
check("v2 knows no KeepAlive", messages[-1].type == "Error" and messages[-1].code == "UNPARSABLE_CLIENT_MESSAGE")


def eager_above():
    with client.listen.v2.connect(model="flux-general-en", encoding="mulaw", sample_rate=8000, eot_threshold=0.5,
                                  eager_eot_threshold=0.8):
        pass


refused("v2 eager threshold above the other", InvalidStatus, eager_above, lambda e: e.response.status_code == 400)


async def asynchronous() -> None:
    aclient = AsyncDeepgramClient(api_key="any", environment=environment)
    async with aclient.listen.v1.connect(**PARAMETERS) as connection:
        for at in range(0, len(audio), 800):
            await connection.send_media(audio[at:at + 800])
        await connection.send_close_stream()
        heard = [m async for m in connection]
    check("asynchronous v1", any(m.type == "Results" and m.is_final and "Tuesday" in m.channel.alternatives[0].transcript
                                 for m in heard) and heard[-1].type == "Metadata")
    async with aclient.listen.v2.connect(model="flux-general-en", encoding="mulaw", sample_rate=8000) as connection:
        first = await connection.recv()
        for at in range(0, len(audio), 640):
            await connection.send_media(audio[at:at + 640])
        ended = False
        while not ended:
            message = await asyncio.wait_for(connection.recv(), 5)
            ended = message.type == "TurnInfo" and message.event == "EndOfTurn"
        await connection.send_close_stream()
    try:
        async with AsyncDeepgramClient(api_key="bad", environment=environment).listen.v1.connect(**PARAMETERS):
            check("asynchronous, wrong key", False)
    except ApiError as error:
        check("asynchronous, wrong key", error.status_code == 401)
    check("asynchronous v2", first.type == "Connected" and message.transcript == "Tuesday at ten works for me.")


asyncio.run(asynchronous())
sys.exit(finish())
