//! The page where it is hosted: it opens without the server, and a new version waits for the person.

use modelbook::digest::Digest;
use serde_json::json;

use crate::devtools::Needs;
use crate::support::{Desk, Server, file_address, html, register_unicode_names, site};

#[test]
fn a_person_opens_the_page_again_when_the_server_is_gone() {
    let server = Server::start();
    let address = server.address.clone();
    let desk = Desk::new();
    let mut page = desk.open(Some(&address));
    register_unicode_names(&mut page);
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)");
    page.browser.close();
    server.stop();
    let mut page = desk.open(Some(&address));
    page.wait_for_text("unicode_names");
    page.go(&format!("{address}index.html#/journal"));
    page.wait_for_text("1 act");
    page.reload();
    page.wait_for_text("1 act");
}

#[test]
fn a_new_version_waits_until_the_person_takes_it_and_then_all_tabs_have_it() {
    let server = Server::start();
    let address = server.address.clone();
    let desk = Desk::new();
    let mut page = desk.open(Some(&address));
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)");
    register_unicode_names(&mut page);
    assert_eq!(page.texts("#newer-page"), [""; 0]);

    // Half of it is there: nothing happens.
    let newer = String::from_utf8(site()["index.html"].clone()).unwrap();
    let newer = newer.replace("<title>Modelbook</title>", "<title>Modelbook</title><meta name=newer>");
    let digest = |html: &str| Digest::of(html.as_bytes()).to_string();
    let worker = String::from_utf8(site()["sw.js"].clone()).unwrap();
    let older = std::fs::read_to_string(html()).unwrap();
    assert!(worker.contains(&digest(&older)));
    let worker = worker.replace(&digest(&older), &digest(&newer));
    let put = |name: &str, text: &str| {
        let mut files = server.files.lock().unwrap();
        files.insert(name.to_owned(), text.as_bytes().to_vec());
    };
    put("sw.js", &worker);
    let update = "(async () => {
        const site = await navigator.serviceWorker.getRegistration();
        await site.update();
        while (site.installing) await new Promise(done => setTimeout(done, 20));
        return !!site.waiting; })()";
    assert_eq!(page.evaluate(update), false);
    page.reload();
    assert_eq!(page.texts("#newer-page"), [""; 0]);

    put("index.html", &newer);
    assert_eq!(page.evaluate(update), true);
    page.wait_for_text("There is a new version of Modelbook.");
    // Until it is taken the page stays what it is, in a new tab and after a restart too.
    page.browser.close();
    let mut page = desk.open(Some(&address));
    page.wait_for_text("There is a new version of Modelbook.");
    let first = page.open_tab(&address);
    for _ in 0..2 {
        page.wait_for_text("There is a new version of Modelbook.");
        page.reload();
        assert_eq!(page.evaluate("document.querySelectorAll('meta[name=newer]').length"), 0);
    }
    page.wait_for_text("There is a new version of Modelbook.");
    // Not with the mouse, which would wait for this page to draw.
    page.evaluate("document.querySelector('#newer-page button').click()");
    let second = page.session();
    for tab in [second, first] {
        page.switch_to(tab);
        page.wait_for("document.querySelector('meta[name=newer]')", "the new version is there");
        page.wait_for_text("unicode_names");
        assert_eq!(page.texts("#newer-page"), [""; 0]);
    }
    server.stop();
    page.reload();
    assert_eq!(page.evaluate("document.querySelectorAll('meta[name=newer]').length"), 1);
}

#[test]
fn from_a_file_or_alone_on_a_server_the_page_does_without() {
    let alone = Server::of([("index.html".to_owned(), std::fs::read(html()).unwrap())].into());
    for address in [file_address(), alone.address] {
        let mut page = Desk::new().open(Some(&address));
        register_unicode_names(&mut page);
        page.reload();
        page.wait_for_text("unicode_names");
        assert_eq!(page.texts("#newer-page"), [""; 0]);
        assert_eq!(
            page.evaluate("document.querySelectorAll('link[rel=manifest]').length"),
            0
        );
        // That there is no service worker the browser says by itself, where it was asked for one.
        page.troubles
            .retain(|trouble| !trouble.contains("404) was received when fetching the script"));
        page.assert_no_trouble();
    }
}

#[test]
fn the_browser_finds_nothing_wrong_with_the_page_as_an_app() {
    if Needs::App.is_missing() {
        return;
    }
    let server = Server::start();
    let mut page = Desk::new().open(Some(&server.address));
    page.wait_for(
        "document.querySelector('link[rel=manifest]')",
        "the page says what it is",
    );
    let [manifest, errors] = page.as_app();
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    assert_eq!(manifest["url"], format!("{}manifest.webmanifest", server.address));
    assert_eq!(errors["installabilityErrors"], json!([]), "{errors}");
    page.assert_no_trouble();
}
