// @deepgram/sdk against the practice line: live v1 and Flux v2, hearing what its own /tts/bytes spoke.
const { DeepgramClient } = require("@deepgram/sdk");
const { start, check, finish, within } = require("./practice.cjs");

const SILENCE = (ms) => Buffer.alloc(ms * 8, 0xff);

async function speech(port, transcript) {
  const response = await fetch(`http://127.0.0.1:${port}/tts/bytes`, {
    method: "POST",
    headers: { "X-API-Key": "any", "Cartesia-Version": "2026-08-14", "Content-Type": "application/json" },
    body: JSON.stringify({ model_id: "sonic-3.5", transcript, voice: "71a7ad14-091c-4e8e-a314-022ece01c121",
      output_format: { container: "raw", encoding: "pcm_mulaw", sample_rate: 8000 } }),
  });
  return Buffer.from(await response.arrayBuffer());
}

/// Opens, sends in pieces, runs `then`, and resolves to all messages once the socket is closed.
async function listen(connection, audio, size, then) {
  const messages = [];
  connection.on("message", (message) => messages.push(message));
  connection.on("error", () => {});
  const closed = new Promise((resolve) => connection.on("close", (event) => resolve(event.code)));
  connection.connect();
  await connection.waitForOpen();
  for (let at = 0; at < audio.length; at += size) connection.sendMedia(audio.subarray(at, at + size));
  await then();
  const code = await within(10000, closed);
  connection.close(); // or it would connect again
  return { messages, code };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function main() {
  const port = await start();
  const client = new DeepgramClient({ apiKey: "any", baseUrl: `ws://127.0.0.1:${port}` });
  const audio = Buffer.concat([SILENCE(500), await speech(port, "Tuesday at ten works for me."), SILENCE(2000)]);

  const live = await client.listen.v1.connect({
    model: "nova-3", language: "en-US", encoding: "mulaw", sample_rate: 8000, channels: 1, interim_results: "true",
    punctuate: "true", endpointing: 300, utterance_end_ms: 1000, vad_events: "true", keyterm: ["Dialdesk"],
    reconnectAttempts: 0 });
  const first = await listen(live, audio, 160, async () => {
    live.sendKeepAlive({ type: "KeepAlive" });
    await pause(400);
    live.sendFinalize({ type: "Finalize" });
    await pause(400);
    live.sendCloseStream({ type: "CloseStream" });
  });
  const results = first.messages.filter((m) => m.type === "Results");
  check("v1 transcript", results.filter((m) => m.is_final).map((m) => m.channel.alternatives[0].transcript).join("") ===
    "Tuesday at ten works for me.");
  check("v1 kinds", ["SpeechStarted", "Results", "UtteranceEnd", "Metadata"].every(
    (kind) => first.messages.some((m) => m.type === kind)));
  check("v1 answer to Finalize", results.some((m) => m.from_finalize));
  check("v1 Metadata, then 1000", first.messages.at(-1).type === "Metadata" && first.code === 1000, first.code);

  const flux = await client.listen.v2.connect({
    model: "flux-general-en", encoding: "mulaw", sample_rate: 8000, eot_threshold: 0.7, eager_eot_threshold: 0.4,
    reconnectAttempts: 0 });
  const second = await listen(flux, audio, 640, async () => {
    flux.sendConfigure({ type: "Configure", thresholds: { eot_threshold: 0.8 }, keyterms: ["Ava"] });
    await pause(400);
    flux.sendCloseStream({ type: "CloseStream" });
  });
  check("v2 Connected first", second.messages[0].type === "Connected");
  const end = second.messages.find((m) => m.event === "EndOfTurn");
  check("v2 transcript", end?.transcript === "Tuesday at ten works for me.", end?.transcript);
  check("v2 Configure", second.messages.some((m) => m.type === "ConfigureSuccess"));
  check("v2 ends without a status", second.code === 1005, second.code);
  finish();
}

main();
