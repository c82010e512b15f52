// What a web developer would do instead: each job is given files or bytes and answers with digests. Runs in a worker.
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const subtle = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

// The modules of noble-hashes, of which each requires others.
const required = {};
const require = (name) => {
  const path = name.replace("@noble/hashes/", "").replace(/^\.\//, "").replace(/\.js$/, "");
  if (!required[path]) {
    required[path] = {};
    new Function("exports", "require", noble_modules[path])(required[path], require);
  }
  return required[path];
};

// A stream read into one's own buffer: the quickest way there is.
const by_hash_wasm = async (file) => {
  const hasher = await hashwasm.createSHA256();
  hasher.init();
  // Held: without a reference to it a read may never come back.
  const stream = (self.held = file.stream());
  const reader = stream.getReader({ mode: "byob" });
  for (let buffer = new ArrayBuffer(1 << 20); ; ) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (done) return hasher.digest();
    hasher.update(value);
    buffer = value.buffer;
  }
};

const files_jobs = {
  "hash-wasm, read by a stream": async (files) => {
    const digests = [];
    for (const file of files) digests.push(await by_hash_wasm(file));
    return digests;
  },
  "crypto.subtle on the whole file": async (files) => {
    const digests = [];
    for (const file of files) digests.push(await subtle(await file.arrayBuffer()));
    return digests;
  },
};

// Bytes in memory: what each takes for so many bytes, interleaved.
const in_memory = async (kernel, rounds) => {
  const MIB = 1 << 20;
  const BYTES = 16 * MIB;
  const WINDOW = 64 * 1024;
  const bytes = new Uint8Array(BYTES);
  for (let at = 0; at < BYTES; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  const expected = await subtle(bytes);
  const wasm = await hashwasm.createSHA256();
  const noble = require("sha2").sha256;
  const memory = new WebAssembly.Memory({ initial: 32 });
  const { one, four } = (await WebAssembly.instantiate(kernel, { env: { memory } })).instance.exports;
  const [states, streams, workspace, window] = [0, 128, 256, 4096];
  const words = new Uint32Array(memory.buffer);
  words.set(kernel_constants, workspace / 4);
  const start = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
  const to = new Uint8Array(memory.buffer, window);
  const padding = new Uint8Array(64);
  padding[0] = 0x80;
  new DataView(padding.buffer).setUint32(60, BYTES * 8);
  const digest = (lane, lanes) =>
    start.map((_, word) => words[states / 4 + word * lanes + lane].toString(16).padStart(8, "0")).join("");
  const jobs = {
    "hash-wasm": () => {
      wasm.init();
      for (let at = 0; at < BYTES; at += WINDOW) wasm.update(bytes.subarray(at, at + WINDOW));
      return wasm.digest();
    },
    "Modelbook, one stream": () => {
      words.set(start, states / 4);
      for (let at = 0; at < BYTES; at += WINDOW) {
        to.set(bytes.subarray(at, at + WINDOW));
        one(states, window, WINDOW / 64, workspace);
      }
      to.set(padding);
      one(states, window, 1, workspace);
      return digest(0, 1);
    },
    "Modelbook, four streams": () => {
      // Each is a quarter of the bytes: as many bytes in all.
      words.set(start.flatMap((word) => [word, word, word, word]), states / 4);
      words.set([0, 1, 2, 3].map((lane) => window + lane * WINDOW), streams / 4);
      for (let at = 0; at < BYTES / 4; at += WINDOW) {
        for (let lane = 0; lane < 4; lane += 1) {
          const from = (lane * BYTES) / 4 + at;
          to.set(bytes.subarray(from, from + WINDOW), lane * WINDOW);
        }
        four(states, streams, WINDOW / 64, workspace);
      }
      return undefined;
    },
    "noble-hashes": () => hex(noble(bytes)),
    "crypto.subtle": () => subtle(bytes),
  };
  const took = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, job] of Object.entries(jobs)) {
      const began = performance.now();
      const got = await job();
      if (round >= 0) took[name].push(performance.now() - began);
      if (got !== undefined && got !== expected) throw new Error(`${name} is wrong`);
    }
  }
  return { bytes: BYTES, took };
};

self.onmessage = async ({ data: { job, files, kernel, rounds } }) => {
  try {
    const began = performance.now();
    const answer = files ? await files_jobs[job](files) : await in_memory(kernel, rounds);
    postMessage({ answer, took: performance.now() - began });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
