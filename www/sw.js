// Keeps the page, so that it opens without the server, and makes no request but for the page itself. A new version is kept
// beside the one that is in use, which is the oldest that is kept, until the person takes it.
const VERSION = "@version@", OURS = "modelbook ";
const kept = async () => (await caches.keys()).filter((name) => name.startsWith(OURS));
const tell = async (what) => {
  for (const tab of await clients.matchAll({ includeUncontrolled: true })) tab.postMessage(what);
};

addEventListener("install", (event) => event.waitUntil((async () => {
  const page = await fetch("./", { cache: "no-cache" });
  const digest = await crypto.subtle.digest("SHA-256", await page.clone().arrayBuffer());
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  // The server is being changed right now, or changes what it serves: the browser tries again later.
  if (hex !== VERSION) throw new Error("the page is not the one that this was made for");
  await (await caches.open(OURS + VERSION)).put("./", page);
  await tell("kept");
})()));

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => event.waitUntil((async () => {
  for (const name of await kept()) if (name !== OURS + VERSION) await caches.delete(name);
  await skipWaiting();
  await tell("taken");
})()));

addEventListener("fetch", (event) => {
  const here = new URL("./", location).pathname, asked = new URL(event.request.url).pathname;
  if (event.request.mode !== "navigate" || ![here, here + "index.html"].includes(asked)) return;
  event.respondWith((async () => {
    const [oldest] = await kept();
    return (oldest && await (await caches.open(oldest)).match("./")) ?? fetch(event.request);
  })());
});
