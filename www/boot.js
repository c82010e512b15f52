// Unpacks the wasm modules that this page holds, compiles them, and starts the page. Nothing is fetched.
let wasm_exports;
(async () => {
  const take = (id) => {
    const element = document.getElementById(id);
    element.remove();
    return Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0));
  };
  const compiled = async (id) => {
    const unpacked = new Blob([take(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
  };
  // For hashing with SIMD: without it everything works, and hashing takes longer.
  const kernel = compiled("kernel").catch(() => undefined);
  // The page's own wasm is packed more tightly than browsers unpack.
  const { memory, room, unpack } = (await WebAssembly.instantiate(await compiled("unpack"))).exports;
  const bytes = Number(document.getElementById("wasm").dataset.bytes);
  const packed = take("wasm");
  const from = room(packed.length);
  new Uint8Array(memory.buffer, from).set(packed);
  const at = unpack(from, packed.length, bytes);
  const module = await WebAssembly.compile(new Uint8Array(memory.buffer, at, bytes));
  wasm_exports = await wasm_bindgen({ module_or_path: module });
  wasm_bindgen.start_page(module, await kernel, document.getElementById("glue").textContent);
})().catch((error) => {
  document.getElementById("app").textContent =
    "Modelbook could not start: " + error + ". It needs a browser from 2023 or later, with WebAssembly allowed.";
});
