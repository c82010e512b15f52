// When the program stops, by a fault of its own or because it cannot start here: says so, and gives the person what is
// stored. Nothing of the program is used for that, for nothing of it can be relied on any more; the words are put here when the page is built.
const stopped = (() => {
  // As they are before the program wraps them.
  const store = self.indexedDB, transaction = self.IDBDatabase?.prototype.transaction;
  const ROWS_AT_ONCE = 100, OPENING_TAKES_AT_MOST_MS = 10000;
  let has_stopped = false;

  // By a function: a text may have signs that a replacement has a meaning for.
  const filled = (words, what) => words.replace("{}", () => what);

  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

  // The texts of all entries, one a line of each row, and how many lines are none.
  const entries = async () => {
    const opening = store.open("modelbook");
    // There is none, and it is not made here.
    opening.onupgradeneeded = () => opening.transaction.abort();
    const too_late = new Promise((_, failed) => setTimeout(failed, OPENING_TAKES_AT_MOST_MS, "@does-not-open@"));
    const database = await Promise.race([asked(opening), too_late]);
    const texts = [];
    let damaged = 0;
    // Before its second version the log had another name.
    for (const name of ["entries", "log"].filter((name) => database.objectStoreNames.contains(name))) {
      for (let after; ;) {
        const rows = Reflect.apply(transaction, database, [name]).objectStore(name);
        const range = after === undefined ? null : IDBKeyRange.lowerBound(after, true);
        const read = await asked(rows.getAll(range, ROWS_AT_ONCE));
        for (const text of read.flatMap(({ text }) => text.split("\n"))) {
          try {
            JSON.parse(text);
            texts.push(text);
          } catch {
            damaged += 1;
          }
        }
        if (read.length < ROWS_AT_ONCE) break;
        after = read.at(-1)[rows.keyPath];
      }
    }
    database.close();
    return [texts, damaged];
  };

  const download = async (answer) => {
    answer.textContent = "@reading@";
    try {
      const [texts, damaged] = await entries();
      const head = `{"modelbook":1,\n"exported_at":"${new Date().toISOString()}","exported_by":"",\n`;
      const fold = '"catalogue":{"models":[],"notes":[],"versions":[]},\n"journal":[\n';
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([head, fold, texts.join(",\n"), "\n]}\n"], { type: "application/json" }));
      link.download = "rescued.modelbook.json";
      link.click();
      answer.textContent = filled("@rescued@", texts.length) + (damaged ? filled("@damaged@", damaged) : "");
    } catch (error) {
      answer.textContent = filled("@not-given@", error);
    }
  };

  for (const kind of ["beforeunload", "hashchange"]) {
    addEventListener(kind, (event) => has_stopped && event.stopImmediatePropagation(), true);
  }

  return (summary, why) => {
    if (has_stopped) return;
    has_stopped = true;
    const made = (kind, text) => Object.assign(document.createElement(kind), { textContent: text });
    const answer = made("p", ""), buttons = made("p", ""), page = made("main", "");
    const download_it = made("button", "@download@"), reload = made("button", "@reload@");
    download_it.onclick = () => download(answer);
    reload.onclick = () => location.reload();
    buttons.append(download_it, " ", reload);
    page.id = "stopped";
    page.setAttribute("role", "alert");
    answer.setAttribute("role", "status");
    page.append(
      made("h1", summary),
      made("p", "@what-is-kept@"),
      buttons, answer, made("pre", why),
    );
    document.body.replaceChildren(page);
  };
})();

// The program says itself why it stopped, where it can; a trap of the machine it cannot tell.
function modelbook_stopped(why) {
  stopped("@stopped-summary@", why);
}
for (const kind of ["error", "unhandledrejection"]) {
  addEventListener(kind, (event) => {
    const error = event.error ?? event.reason;
    if (error instanceof self.WebAssembly?.RuntimeError || /^(Range|Internal)Error$/.test(error?.name)) modelbook_stopped(String(error));
  });
}
