// @cartesia/cartesia-js against the practice line.
const { Cartesia } = require("@cartesia/cartesia-js");
const { TTSWS } = require("@cartesia/cartesia-js/resources/tts/ws");
const { start, startTlsProxy, check, refused, finish } = require("./practice.cjs");

const VOICE = "71a7ad14-091c-4e8e-a314-022ece01c121";
const MULAW = { container: "raw", encoding: "pcm_mulaw", sample_rate: 8000 };

async function main() {
  const port = await start();
  const client = new Cartesia({ apiKey: "any", baseURL: `http://127.0.0.1:${port}`, maxRetries: 0 });

  const voices = [];
  for await (const voice of client.voices.list({ limit: 4 })) voices.push(voice);
  check("voices over all pages", voices.some((v) => v.id === VOICE) && voices.length > 4, voices.length);
  check("one voice", (await client.voices.get(VOICE)).name === "British Reading Lady");
  check("token", (await client.accessToken.create({ grants: { tts: true }, expires_in: 60 })).token);
  const response = await client.tts.generate({
    model_id: "sonic-3.5", transcript: "Tuesday at ten works for me.", voice: VOICE, output_format: MULAW });
  const bytes = Buffer.from(await response.arrayBuffer());
  check("bytes", bytes.length > 8000, bytes.length);
  await refused("no such model", () => client.tts.generate({
    model_id: "sonic-0", transcript: "x", voice: VOICE, output_format: MULAW }), (e) => e.status === 404);
  await refused("wrong key", () => new Cartesia({
    apiKey: "bad", baseURL: `http://127.0.0.1:${port}`, maxRetries: 0 }).voices.list(), (e) => e.status === 401);

  // Its socket knows nothing but wss.
  const secure = new Cartesia({ apiKey: "any", baseURL: `https://127.0.0.1:${await startTlsProxy(port)}` });
  const socket = new TTSWS(secure, { rejectUnauthorized: false });
  socket.on("error", () => {});
  await socket.connect();
  const collect = async (context) => {
    const events = [];
    for await (const event of context.receive({ timeout: 10000 })) events.push(event);
    return events;
  };
  const context = socket.context({ model_id: "sonic-3.5", voice: VOICE, output_format: MULAW, language: "en",
    add_timestamps: true, max_buffer_delay_ms: 0 });
  await context.push({ transcript: "Hello, this is Ava. " });
  await context.push({ transcript: "Is this a good time?", flush: true });
  await context.no_more_inputs();
  const events = await collect(context);
  const audio = events.filter((e) => e.type === "chunk").reduce((sum, e) => sum + e.audio.byteLength, 0);
  check("audio", audio > 12000, audio);
  check("words", events.filter((e) => e.type === "timestamps").flatMap((e) => e.word_timestamps.words).join(" ") ===
    "Hello, this is Ava. Is this a good time?");
  check("done is last", events.at(-1).type === "done");

  const cancelled = socket.context({ model_id: "sonic-3.5", voice: VOICE, output_format: MULAW });
  await cancelled.push({ transcript: "Nobody will hear the end of this sentence, because it is taken back. " });
  await cancelled.cancel();
  const generated = [];
  for await (const event of socket.context({ model_id: "sonic-3.5", voice: VOICE, output_format: MULAW })
    .generate({ transcript: "Goodbye.", continue: false })) generated.push(event.type);
  check("generate, after a cancelled context", generated.includes("chunk") && generated.at(-1) === "done");
  const wrong = socket.context({ model_id: "sonic-0", voice: VOICE, output_format: MULAW });
  await wrong.send({ transcript: "x", continue: false });
  await refused("error event", () => collect(wrong), (e) => e.message.includes("sonic-0"));
  socket.close();
  finish();
}

main();
