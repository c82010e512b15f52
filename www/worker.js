// The first message brings the compiled modules. Files that are sent meanwhile wait until they run.
let wasm_exports;
const early = [];
const keep = (event) => early.push(event);
self.onmessage = async ({ data: [module, kernel] }) => {
  self.onmessage = keep;
  wasm_exports = await wasm_bindgen({ module_or_path: module });
  wasm_bindgen.start_worker(kernel);
  self.onmessage = null;
  for (const event of early) self.dispatchEvent(new MessageEvent("message", { data: event.data }));
};
