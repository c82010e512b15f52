// The first message brings the compiled module. Files that are sent meanwhile wait until it runs.
let wasm_exports;
const early = [];
const keep = (event) => early.push(event);
self.onmessage = async ({ data: module }) => {
  self.onmessage = keep;
  wasm_exports = await wasm_bindgen({ module_or_path: module });
  wasm_bindgen.start_worker();
  self.onmessage = null;
  for (const event of early) self.dispatchEvent(new MessageEvent("message", { data: event.data }));
};
