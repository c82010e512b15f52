//! What hostile text or code in the page could not do, and what a person has left when the program stops.

use serde_json::json;

use crate::devtools::Needs;
use crate::support::{Desk, assert_valid_export, fixture, html, register_unicode_names};

const MODEL: &str = "models/safetensors/unicode_names.safetensors";

/// Which of the ways past the policy are there.
const LEFT: &str = "['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'PresentationRequest', 'Notification', \
    'webkitSpeechRecognition', 'sharedStorage'].filter(name => name in self).join()";

#[test]
fn what_opens_connections_past_the_policy_is_in_no_window() {
    let left = LEFT;
    let mut page = Desk::new().open(None);
    // A browser has them in every window that is not this page's.
    let own = page.session();
    page.open_tab_at("about:blank");
    assert_ne!(page.evaluate(left), "");
    page.switch_to(own);
    assert_eq!(page.evaluate(left), "");
    // Nor is there a way to a window that has them.
    for way in [
        "document.body.append(document.createElement('iframe'))",
        "document.body.append(document.createElement('IFRAME'))",
        "document.body.append(document.createElement('object'))",
        "document.body.append(document.createElementNS('http://www.w3.org/1999/xhtml', 'x:iframe'))",
        "document.body.append(document.implementation.createHTMLDocument().createElement('iframe'))",
        "document.body.append(new Document().createElementNS('http://www.w3.org/1999/xhtml', 'iframe'))",
        "document.body.innerHTML += '<iframe></iframe>'",
        "document.body.setHTMLUnsafe('<iframe></iframe>')",
        "document.body.setHTML('<iframe></iframe>')",
        "document.body.append(document.createRange().createContextualFragment('<iframe></iframe>'))",
        "document.body.append(new DOMParser().parseFromString('<iframe></iframe>', 'text/html').body.firstChild)",
        "document.write('<iframe></iframe>')",
        "new XSLTProcessor()",
        "customElements.define('x-y', class extends HTMLIFrameElement {}, {extends: 'iframe'})",
        "window.open('about:blank')",
        "document.open('about:blank', '', '')",
    ] {
        // What is refused silently leaves nothing behind.
        let _ = page.try_evaluate(way);
        assert_eq!(page.evaluate("window.length"), 0, "{way}");
    }
    assert_eq!(page.tabs(), 3, "the browser's first, the empty one, the page");
}

#[test]
fn what_opens_connections_past_the_policy_is_in_no_worker_either() {
    if Needs::Workers.is_missing() {
        return;
    }
    let mut page = Desk::new().open(None);
    page.drop_files(&[&fixture(MODEL)]);
    page.wait_for_text("New.");
    let workers = page.evaluate_in_workers(LEFT);
    assert!(!workers.is_empty());
    assert!(workers.iter().all(|left| left == ""), "{workers:?}");
}

#[test]
fn markup_and_scripts_that_are_not_the_programs_own_are_refused() {
    let mut page = Desk::new().open(None);
    for attempt in [
        "document.body.innerHTML = '<b>bold</b>'",
        "document.body.outerHTML = '<b>bold</b>'",
        "document.createElement('template').innerHTML = '<img src=x onerror=window.pwned=1>'",
        "document.body.insertAdjacentHTML('beforeend', '<b>bold</b>')",
        "document.createElement('script').textContent = 'window.pwned = 1'",
        "document.createElement('script').src = 'data:,window.pwned=1'",
        "document.body.setAttribute('onclick', 'window.pwned = 1')",
        "eval('window.pwned = 1')",
        "new Function('window.pwned = 1')()",
        "new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])))",
        "trustedTypes.createPolicy('default', {createHTML: markup => markup})",
        "trustedTypes.createPolicy('another', {createHTML: markup => markup})",
    ] {
        // In a task of the page's own: what a browser's tools evaluate, Firefox lets use `eval`.
        let outcome = page.try_evaluate(&format!(
            "new Promise((done, failed) => setTimeout(() => {{ try {{ {attempt}; done() }} catch (error) {{ failed(error) }} }}))"
        ));
        assert!(outcome.is_err(), "{attempt}: {outcome:?}");
    }
    assert_eq!(page.evaluate("window.pwned ?? null"), json!(null));
}

#[test]
fn a_browser_without_trusted_types_opens_the_page_too() {
    let page = std::fs::read_to_string(html()).unwrap();
    let directives = "; require-trusted-types-for 'script'; trusted-types default";
    assert_eq!(page.matches(directives).count(), 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("modelbook.html");
    std::fs::write(&file, page.replace(directives, "")).unwrap();
    let mut page = Desk::new().open(None);
    page.before_load("delete self.trustedTypes");
    page.go(&format!("file://{}", file.display()));
    page.drop_files(&[&fixture(MODEL)]);
    page.wait_for_text("New.");
    page.assert_no_trouble();
}

/// What a browser says of a stack that overflows: Chromium, or Firefox.
const STACK_OVERFLOWS: [&str; 2] = ["RangeError", "InternalError"];

#[test]
fn when_the_program_stops_a_person_takes_the_journal_along_and_reloads() {
    for (fault, told) in [
        // The clock is asked while the state is being changed: it is never let go again, and the next act finds it so.
        ("() => { throw new Error('no clock') }", ["borrowed"; 2]),
        // The stack overflows: the program does not even notice.
        ("function again() { return again() }", STACK_OVERFLOWS),
    ] {
        let mut page = Desk::new().open(None);
        register_unicode_names(&mut page);
        page.evaluate(&format!("Date.now = {fault}"));
        for hash in ["#/journal", "#/team"] {
            page.evaluate(&format!("location.hash = '{hash}'"));
        }
        page.wait_for_text("Modelbook has stopped");
        assert!(
            told.iter().any(|told| page.text("#stopped pre").contains(told)),
            "{}",
            page.text("#stopped pre")
        );
        // Nothing of the program runs any more.
        page.evaluate("IDBDatabase.prototype.transaction = () => { throw new Error('of the program') }");
        let export = page.download(|page| page.click("#stopped button"));
        page.wait_for_text("3 entries are in the file");
        assert_valid_export(&export);

        page.click("#stopped button + button");
        page.wait_for("document.querySelector('#saving')", "the page has started anew");
        page.evaluate("location.hash = ''");
        page.wait_for_text("unicode_names");

        let mut colleague = Desk::new().open(None);
        colleague.drop_files(&[&export]);
        colleague.wait_for_text("3 new entries");
        colleague.click("#import-confirm");
        colleague.wait_for_text("Imported 3 entries");
    }
}

#[test]
fn where_the_program_cannot_start_a_person_is_told_and_takes_the_journal_along() {
    let mut page = Desk::new().open(None);
    register_unicode_names(&mut page);
    // A disk that went bad.
    page.evaluate(
        "new Promise(done => { indexedDB.open('modelbook').onsuccess = event => {
            const transaction = event.target.result.transaction('log', 'readwrite');
            for (let n = 0; n < 250; n++) transaction.objectStore('log').put({text: '{\"id\":'});
            transaction.oncomplete = done; } })",
    );
    page.before_load("delete self.WebAssembly");
    page.reload_only();
    page.wait_for_text("Modelbook could not start");
    page.wait_for_text("with WebAssembly allowed");
    let export = page.download(|page| page.click("#stopped button"));
    page.wait_for_text("3 entries are in the file: any Modelbook imports it. 250 more are damaged and left out.");
    assert_valid_export(&export);
    // Without storage it says that too.
    page.before_load("IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError') }");
    page.reload_only();
    page.wait_for_text("Modelbook could not start");
    page.click("#stopped button");
    page.wait_for_text("The browser does not give what is stored: SecurityError: refused");
}
