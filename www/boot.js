// Unpacks the wasm modules that this page holds, compiles them, and starts the page. Nothing is fetched.
let wasm_exports;
(async () => {
  const text = (id) => document.getElementById(id).textContent;
  const take = (id) => {
    const packed = text(id);
    document.getElementById(id).remove();
    // Seven bits a character.
    const bytes = new Uint8Array((packed.length * 7) >> 3);
    for (let at = 0, read = 0, bits = 0, held = 0; at < bytes.length;) {
      bits = (bits << 7) | (packed.charCodeAt(read++) & 127);
      held += 7;
      if (held >= 8) bytes[at++] = bits >> (held -= 8);
    }
    return bytes;
  };
  const compiled = async (id) => {
    const unpacked = new Blob([take(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
  };
  // For hashing with SIMD: without it everything works, and hashing takes longer.
  const kernel = compiled("kernel").catch(() => undefined);
  // The page's own wasm is packed more tightly than browsers unpack.
  const { memory, room, unpack } = (await WebAssembly.instantiate(await compiled("unpack"))).exports;
  const { bytes, constants } = document.getElementById("wasm").dataset;
  const packed = take("wasm");
  const from = room(packed.length);
  new Uint8Array(memory.buffer, from).set(packed);
  const at = unpack(from, packed.length, Number(bytes));
  const program = new Uint8Array(memory.buffer, at, Number(bytes));

  const worker = URL.createObjectURL(
    new Blob([text("guard"), text("glue"), text("worker-boot")], { type: "text/javascript" }));
  // The one way past the policy's Trusted Types. Leptos hands the browser the parts of the page that never change as
  // markup: what stands in the program word for word is taken, and so is nothing that was typed, read or imported.
  const constant = new TextDecoder().decode(program.subarray(Number(constants)));
  self.trustedTypes?.createPolicy("default", {
    createHTML: (markup) => (constant.includes(markup) ? markup : undefined),
    createScriptURL: (url) => (url === worker || url === "sw.js" ? url : undefined),
  });

  const module = await WebAssembly.compile(program);
  wasm_exports = await wasm_bindgen({ module_or_path: module });
  wasm_bindgen.start_page(module, await kernel, worker);
})().catch((error) => stopped(
  "@not-started@",
  "@not-started-why@".replace("{}", () => error),
));
