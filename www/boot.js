// Unpacks the two wasm modules that this page holds, compiles them, and starts the page. Nothing is fetched.
let wasm_exports;
(async () => {
  const text = (id) => document.getElementById(id).textContent;
  const compiled = async (id) => {
    const packed = Uint8Array.from(atob(text(id)), (character) => character.charCodeAt(0));
    document.getElementById(id).remove();
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
  };
  // The kernel is for hashing with SIMD: without it everything works, and hashing takes longer.
  const kernel = compiled("kernel").catch(() => undefined);
  const module = await compiled("wasm");
  wasm_exports = await wasm_bindgen({ module_or_path: module });
  wasm_bindgen.start_page(module, await kernel, text("glue"));
})().catch((error) => {
  document.getElementById("app").textContent =
    "Modelbook could not start: " + error + ". It needs a browser from 2023 or later, with WebAssembly allowed.";
});
