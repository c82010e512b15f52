// Unpacks the wasm that this page holds, compiles it, and starts the page. Nothing is fetched.
let wasm_exports;
(async () => {
  const text = (id) => document.getElementById(id).textContent;
  const packed = Uint8Array.from(atob(text("wasm")), (character) => character.charCodeAt(0));
  document.getElementById("wasm").remove();
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = await new Response(unpacked).arrayBuffer();
  const module = await WebAssembly.compile(bytes);
  wasm_exports = await wasm_bindgen({ module_or_path: module });
  wasm_bindgen.start_page(module, text("glue"));
})().catch((error) => {
  document.getElementById("app").textContent =
    "Modelbook could not start: " + error + ". It needs a browser from 2023 or later, with WebAssembly allowed.";
});
