// Starts dialdesk-practice for one script and counts what held; the counterpart of practice.py.
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");
const tls = require("node:tls");

let passed = 0;
let failed = 0;

/// Runs the program named by DIALDESK_PRACTICE until this script ends. Resolves to its port.
async function start() {
  const program = process.env.DIALDESK_PRACTICE ?? "build/dev/bin/dialdesk-practice";
  const child = spawn(program, ["--port", "0", "--seed", "1"], { stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => child.kill());
  for await (const line of readline.createInterface({ input: child.stdout })) return Number(line.split(":").pop());
}

/// TLS in front of a port, with a certificate made for this run: for SDKs that know nothing but wss. Resolves to its port.
async function startTlsProxy(target) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dialdesk-sdk-"));
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(folder, name));
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
    "-keyout", key, "-out", cert], { stdio: "ignore" });
  const server = tls.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, (outside) => {
    const inside = net.connect(target, "127.0.0.1");
    outside.pipe(inside).pipe(outside);
    for (const [a, b] of [[outside, inside], [inside, outside]]) a.on("error", () => b.destroy());
  });
  fs.rmSync(folder, { recursive: true });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return server.address().port;
}

function check(what, held, detail = "") {
  if (held) ++passed;
  else ++failed;
  console.log((held ? "ok      " : "FAILED  ") + what + (detail === "" ? "" : `  ${JSON.stringify(detail)}`));
}

async function refused(what, call, inspect = () => true) {
  try {
    await call();
    check(what, false, "was not refused");
  } catch (error) {
    check(what, inspect(error), String(error.message).slice(0, 160));
  }
}

function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

/// For what should have happened by now: a promise that gives up.
function within(ms, promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("too late")), ms))]);
}

module.exports = { start, startTlsProxy, check, refused, finish, within };
