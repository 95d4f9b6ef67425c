"""twilio (Python) against the practice line: REST, signed webhooks, TwiML and the media stream.

A small server on loopback plays the customer: it answers TwiML built by the helper library, checks every signature with
its RequestValidator, and speaks the media stream over aiohttp's websocket.
"""
import asyncio
import base64
import datetime
import json
import re
import sys

from aiohttp import web
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Connect, VoiceResponse

from practice import ACCOUNT, NUMBER, TOKEN, check, finish, start

SECOND = "+14155550198"
port = start("--number", NUMBER, "--number", SECOND)
validator = RequestValidator(TOKEN)


def client_with(*credentials: str) -> Client:
    client = Client(*credentials)
    client.api.base_url = f"http://127.0.0.1:{port}"
    return client


client = client_with(ACCOUNT, TOKEN)


class Customer:
    """The customer's server: answers and records."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict]] = []
        self.badly_signed: list[str] = []
        self.stream: list[dict] = []
        self.stream_ended = asyncio.Event()
        self.twiml = ""
        self.port = 0

    def url(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    async def run(self) -> None:
        app = web.Application()
        app.add_routes([web.route("*", "/twiml", self.answer), web.route("*", "/status", self.status),
                        web.get("/ws/{job}", self.media)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def accept(self, request: web.Request) -> dict:
        form = dict(await request.post())
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(self.url(str(request.rel_url)), form, signature):
            self.badly_signed.append(str(request.rel_url))
        self.requests.append((str(request.rel_url), form or dict(request.query)))
        return form

    async def answer(self, request: web.Request) -> web.Response:
        await self.accept(request)
        return web.Response(text=self.twiml, content_type="text/xml")

    async def status(self, request: web.Request) -> web.Response:
        await self.accept(request)
        return web.Response(status=204)

    async def media(self, request: web.Request) -> web.WebSocketResponse:
        if not validator.validate(self.url(str(request.rel_url), "ws"), {}, request.headers["X-Twilio-Signature"]):
            self.badly_signed.append(str(request.rel_url))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        inbound = 0
        async for message in socket:
            event = json.loads(message.data)
            self.stream.append(event)
            if event["event"] == "media":
                inbound += 1
                if inbound == 10:  # speak two seconds, with a mark behind the first, and take the rest back
                    sid = event["streamSid"]
                    second = base64.b64encode(b"\x10\x90" * 4000).decode()
                    for send in ({"event": "media", "media": {"payload": second}},
                                 {"event": "mark", "mark": {"name": "first"}},
                                 {"event": "media", "media": {"payload": second}},
                                 {"event": "mark", "mark": {"name": "second"}}):
                        await socket.send_json({**send, "streamSid": sid})
                if inbound == 75:
                    await socket.send_json({"event": "clear", "streamSid": event["streamSid"]})
        self.stream_ended.set()
        return socket


async def until(condition, seconds: float = 15) -> bool:
    for _ in range(int(seconds * 20)):
        if condition():
            return True
        await asyncio.sleep(0.05)
    return False


async def refused(what: str, call, status: int, code: int) -> None:
    try:
        await asyncio.to_thread(call)
        check(what, False, "was not refused")
    except TwilioRestException as error:
        check(what, (error.status, error.code) == (status, code), f"{error.status} {error.code} {error.msg}")


async def resources() -> None:
    account = client.api.accounts(ACCOUNT)
    fetched = account.fetch()
    check("account", fetched.sid == ACCOUNT and fetched.status == "active" and fetched.date_created, fetched.type)
    balance = client.balance.fetch()
    check("balance", float(balance.balance) > 0 and balance.currency == "USD", balance.balance)
    numbers = client.incoming_phone_numbers.list()
    check("incoming numbers", {n.phone_number for n in numbers} == {NUMBER, SECOND})
    check("their capabilities", all(n.capabilities["voice"] for n in numbers) and numbers[0].date_created)
    for name in vars(numbers[0]):
        if not name.startswith("_") and getattr(numbers[0], name) is None:
            check(f"a number's {name}", name in ("address_sid", "bundle_sid", "emergency_address_sid", "identity_sid",
                                                 "trunk_sid"))
    check("by pattern", [n.phone_number for n in client.incoming_phone_numbers.list(phone_number="*0198")] == [SECOND])
    check("one at a time", len(list(client.incoming_phone_numbers.stream(page_size=1))) == 2)
    check("caller ids", client.outgoing_caller_ids.list() == [])
    key = client_with("SK" + "a" * 32, "secret", ACCOUNT)
    check("API key", len(key.incoming_phone_numbers.list(limit=1)) == 1)
    await refused("API key reads no account", lambda: key.api.accounts(ACCOUNT).fetch(), 401, 20003)
    await refused("wrong token", lambda: client_with(ACCOUNT, "wrong").balance.fetch(), 401, 20003)
    await refused("no such call", lambda: client.calls("CA" + "0" * 32).fetch(), 404, 20404)
    create = client.calls.create
    url = "http://127.0.0.1:1/twiml"
    for what, arguments, code in (
            ("From that is not ours", dict(to="+14155550100", from_="+14155550111", url=url), 21210),
            ("To that is no number", dict(to="x", from_=NUMBER, url=url), 21211),
            ("no instructions", dict(to="+14155550100", from_=NUMBER), 21205),
            ("relative url", dict(to="+14155550100", from_=NUMBER, url="/twiml"), 21205),
            ("unknown event", dict(to="+14155550100", from_=NUMBER, url=url, status_callback_event=["rung"]), 21626),
            ("method", dict(to="+14155550100", from_=NUMBER, url=url, method="PUT"), 21209),
            ("ring time", dict(to="+14155550100", from_=NUMBER, url=url, timeout=601), 21208),
            ("long TwiML", dict(to="+14155550100", from_=NUMBER, twiml="<Response>" + " " * 4000 + "</Response>"), 32018)):
        await refused(what, lambda arguments=arguments: create(**arguments), 400, code)


async def streamed_call(customer: Customer) -> None:
    """A conversation's beginning, hung up by REST."""
    response = VoiceResponse()
    connect = Connect()
    stream = connect.stream(url=customer.url("/ws/42", "ws"), status_callback=customer.url("/status?stream=1"))
    stream.parameter(name="job", value="42 & more")
    response.append(connect)
    customer.twiml = str(response)
    call = await asyncio.to_thread(
        client.calls.create, to="+14155550100", from_=NUMBER, url=customer.url("/twiml?job=42&x=a%20b"),
        status_callback=customer.url("/status"), status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=30, time_limit=60)
    check("created", re.fullmatch("CA[0-9a-f]{32}", call.sid) and call.status == "queued", call.status)
    check("direction, numbers", (call.direction, call.to, call._from) == ("outbound-api", "+14155550100", NUMBER))
    check("formatted", call.to_formatted == "(415) 555-0100")
    check("first mark is heard", await until(lambda: any(m["event"] == "mark" for m in customer.stream)))
    live = await asyncio.to_thread(client.calls(call.sid).fetch)
    check("fetched while live", live.status == "in-progress" and live.start_time and live.end_time is None)
    check("both marks", await until(lambda: [m["mark"]["name"] for m in customer.stream if m["event"] == "mark"]
                                    == ["first", "second"]))
    check("inbound frames", await until(lambda: sum(m["event"] == "media" for m in customer.stream) > 120))
    updated = await asyncio.to_thread(client.calls(call.sid).update, status="completed")
    check("hung up", updated.sid == call.sid, updated.status)
    await asyncio.wait_for(customer.stream_ended.wait(), 5)
    check("final callback", await until(lambda: any(f.get("CallStatus") == "completed" for _, f in customer.requests)))
    ended = await asyncio.to_thread(client.calls(call.sid).fetch)
    check("fetched when over", ended.status == "completed" and int(ended.duration) > 0 and
          ended.end_time >= ended.start_time, ended.duration)
    check("dates are dates", isinstance(ended.start_time, datetime.datetime) and ended.start_time.utcoffset()
          == datetime.timedelta(0))
    await refused("hung up twice", lambda: client.calls(call.sid).update(status="completed"), 400, 21220)

    check("every signature is right", not customer.badly_signed, customer.badly_signed)
    statuses = [f["CallStatus"] for path, f in customer.requests if path == "/status"]
    check("status callbacks", statuses == ["initiated", "ringing", "in-progress", "completed"], statuses)
    numbers = [f["SequenceNumber"] for path, f in customer.requests if path == "/status"]
    check("their sequence numbers", numbers == ["0", "1", "2", "3"], numbers)
    twiml = [f for path, f in customer.requests if path.startswith("/twiml")]
    check("one TwiML request", len(twiml) == 1 and twiml[0]["CallSid"] == call.sid and
          (twiml[0]["From"], twiml[0]["To"], twiml[0]["Direction"]) == (NUMBER, "+14155550100", "outbound-api"))
    events = [f["StreamEvent"] for path, f in customer.requests if "stream=1" in path]
    check("stream callbacks", events == ["stream-started", "stream-stopped"], events)

    kinds = [m["event"] for m in customer.stream]
    check("connected, start, ..., stop", kinds[:2] == ["connected", "start"] and kinds[-1] == "stop", kinds[-1])
    begin = customer.stream[1]
    check("start", begin["start"]["callSid"] == call.sid and begin["start"]["customParameters"] == {"job": "42 & more"}
          and begin["start"]["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
          and begin["streamSid"] == begin["start"]["streamSid"])
    check("sequence of messages", [m["sequenceNumber"] for m in customer.stream[1:]]
          == [str(n) for n in range(1, len(customer.stream))])
    media = [m["media"] for m in customer.stream if m["event"] == "media"]
    check("20 ms each", all(len(base64.b64decode(m["payload"])) == 160 and m["track"] == "inbound" for m in media))
    check("chunks", [m["chunk"] for m in media] == [str(n) for n in range(1, len(media) + 1)])
    check("the callee is heard", any(set(base64.b64decode(m["payload"])) - {0xff, 0x7f} for m in media))
    position = [i for i, m in enumerate(customer.stream) if m["event"] == "mark"]
    check("second mark comes with the clear, not a second later",
          sum(m["event"] == "media" for m in customer.stream[position[0]:position[1]]) < 35)


async def other_calls(customer: Customer) -> None:
    customer.requests.clear()
    talk = VoiceResponse()
    talk.say("Hello")
    talk.pause(length=1)
    talk.hangup()
    calls = {}
    for scenario in ("0102", "0103", "0104"):
        calls[scenario] = await asyncio.to_thread(
            client.calls.create, to="+1415555" + scenario, from_=NUMBER, twiml=str(talk), timeout=5,
            status_callback=customer.url("/status?n=" + scenario))
    ringing = await asyncio.to_thread(client.calls.create, to="+14155550115", from_=SECOND, twiml=str(talk))
    await asyncio.sleep(1)
    cancelled = await asyncio.to_thread(ringing.update, status="canceled")
    check("cancelled while it rings", cancelled.status in ("canceled", "ringing"), cancelled.status)
    by_get = await asyncio.to_thread(
        client.calls.create, to="+14155550100", from_=NUMBER, url=customer.url("/twiml?a=1"), method="GET",
        status_callback=customer.url("/status?b=2"), status_callback_method="GET", machine_detection="Enable")
    customer.twiml = str(talk)
    check("ends of all", await until(lambda: len([p for p, _ in customer.requests if p.startswith("/status")]) >= 4, 25))
    wanted = {"0102": "busy", "0103": "no-answer", "0104": "failed"}
    states = {s: (await asyncio.to_thread(c.fetch)).status for s, c in calls.items()}
    check("busy, no-answer, failed", states == wanted, states)
    told = {p[-4:]: f["CallStatus"] for p, f in customer.requests if p.startswith("/status?n=")}
    check("and told so, by one callback each", told == wanted, told)
    fetched = await asyncio.to_thread(by_get.fetch)
    check("webhooks by GET", any(p.startswith("/twiml?a=1&") and "CallSid=" in p for p, _ in customer.requests)
          and any(p.startswith("/status?b=2&") and "CallStatus=completed" in p for p, _ in customer.requests))
    check("machine detection", fetched.answered_by == "human", fetched.answered_by)
    check("every signature is right, GET too", not customer.badly_signed, customer.badly_signed)

    redirected = await asyncio.to_thread(
        client.calls.create, to="+14155550107", from_=NUMBER, twiml="<Response><Pause length='60'/></Response>")
    await until(lambda: client.calls(redirected.sid).fetch().status == "in-progress")
    bye = await asyncio.to_thread(redirected.update, twiml="<Response><Hangup/></Response>")
    check("redirected", bye.status == "in-progress", bye.status)
    await until(lambda: client.calls(redirected.sid).fetch().status == "completed")
    check("new instructions were carried out", client.calls(redirected.sid).fetch().status == "completed")

    everything = client.calls.list()
    check("list, newest first", [c.sid for c in everything][0] == redirected.sid and len(everything) == 7, len(everything))
    paged = list(client.calls.stream(page_size=2))
    check("list in pages", [c.sid for c in paged] == [c.sid for c in everything])
    check("by status", [c.sid for c in client.calls.list(status="busy")] == [calls["0102"].sid])
    check("by number", len(client.calls.list(from_=SECOND)) == 1)
    today = everything[0].start_time.date()
    check("by day", len(client.calls.list(start_time_after=today)) > 0
          and client.calls.list(start_time_before=today - datetime.timedelta(days=2)) == [])
    broken = await asyncio.to_thread(
        client.calls.create, to="+14155550107", from_=NUMBER, url="http://127.0.0.1:1/nobody")
    await until(lambda: client.calls(broken.sid).fetch().status == "completed")
    notes = client.calls(broken.sid).notifications.list()
    check("notification of an unreachable server", [n.error_code for n in notes] == ["11205"] and notes[0].message_date,
          [(n.error_code, n.message_text) for n in notes])
    check("recordings", client.calls(broken.sid).recordings.list() == [])
    check("deleted", client.calls(broken.sid).delete())
    await refused("gone", lambda: client.calls(broken.sid).fetch(), 404, 20404)


async def main() -> None:
    customer = Customer()
    await customer.run()
    await resources()
    await streamed_call(customer)
    await other_calls(customer)


asyncio.run(main())
sys.exit(finish())
