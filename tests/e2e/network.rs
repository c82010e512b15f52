//! Nothing leaves the page.

use crate::support::{Desk, Server, fixture};

#[test]
fn after_load_no_request_is_made_whatever_a_person_does() {
    let server = Server::start();
    let mut page = Desk::new().open(Some(&server.address));
    page.note_events();
    page.requests.clear();
    page.drop_files(&[
        &fixture("models/safetensors/tiny_cnn_v1_base.safetensors"),
        &fixture("models/hf/lora-adapter"),
    ]);
    page.wait_for_text("Register 2 new versions");
    page.click(".register-all");
    page.wait_for_text("2 registered and saved");
    page.click(".verdict.registered a");
    page.click("#add-note");
    page.fill(
        ".editor textarea",
        "![remote](http://127.0.0.1:9/image.png) [link](http://127.0.0.1:9/)",
    );
    page.click(".save-note");
    page.wait_for("document.querySelector('.markdown a')", "the note is drawn");
    page.wait_until_saved();
    page.download(|page| page.click("#export"));
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_until_saved();
    page.evaluate("0");
    page.assert_no_trouble();
    // The worker's script is a blob of the page, and the export is read from one.
    let outside: Vec<_> = page.requests.iter().filter(|url| !url.starts_with("blob:")).collect();
    assert_eq!(outside, Vec::<&String>::new());
    assert_eq!(*server.asked.lock().unwrap(), ["/"]);
}

#[test]
fn the_browser_refuses_every_attempt() {
    let server = Server::start();
    let mut page = Desk::new().open(Some(&server.address));
    let probe = format!("{}probe", server.address);
    for attempt in [
        "fetch(URL)",
        "new Promise((done, refused) => { const image = new Image(); image.onload = done; image.onerror = refused; image.src = URL; })",
        "new Promise((done, refused) => { const request = new XMLHttpRequest(); request.onload = done; request.onerror = refused; request.open('GET', URL); request.send(); })",
        "new Promise((done, refused) => { const socket = new WebSocket(URL.replace('http', 'ws')); socket.onopen = done; socket.onerror = refused; })",
        "new Promise((done, refused) => { const script = document.createElement('script'); script.onload = done; script.onerror = refused; script.src = URL; document.head.append(script); })",
        "new Promise((done, refused) => { const frame = document.createElement('iframe'); document.addEventListener('securitypolicyviolation', refused); frame.src = URL; document.body.append(frame); })",
    ] {
        let attempt = attempt.replace("URL", &format!("'{probe}'"));
        let outcome = page.evaluate(&format!("({attempt}).then(() => 'done', () => 'refused')"));
        assert_eq!(outcome, "refused", "{attempt}");
    }
    // A beacon says nothing of its fate: only the server can tell.
    page.evaluate(&format!("navigator.sendBeacon('{probe}')"));
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(*server.asked.lock().unwrap(), ["/"]);
}
