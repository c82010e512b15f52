//! A browser that does not keep what it is given.

use crate::support::{Desk, Server, file_address, fixture};

#[test]
fn without_a_database_the_page_works_in_memory_says_so_and_exports() {
    for (stub, words) in [
        // What browsers do in some private windows: none at all, one that throws, one that never opens.
        (
            "Object.defineProperty(window, 'indexedDB', {value: undefined})",
            "gives the page no storage",
        ),
        (
            "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }",
            "gives the page no storage",
        ),
        ("IDBFactory.prototype.open = () => new EventTarget()", "does not open"),
    ] {
        let mut page = Desk::new().open(None);
        page.before_load(stub);
        page.reload();
        page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
        page.wait_for_text("New.");
        page.click(".register-one");
        page.wait_for_text("3 changes not saved");
        page.wait_for_text(words);
        assert!(!page.text(".verdict.registered").contains("Saved"));
        let export = page.download(|page| page.click("#export"));
        assert_eq!(std::fs::read_to_string(export).unwrap().matches("\"prev\":").count(), 3);
    }
}

/// What Chromium does at a full disk: the requests succeed, then the transaction is ended with an error
/// that has a name and no words. Its quota cannot be set from outside.
pub const FULL: &str = "
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...row) {
        const request = put.apply(this, row);
        const transaction = this.transaction;
        if (window.full && this.name === 'log' && !transaction.ends) {
            transaction.ends = true;
            Object.defineProperty(transaction, 'error', {value: new DOMException('', 'QuotaExceededError')});
            request.addEventListener('success', () => transaction.abort());
        }
        return request;
    };";

#[test]
fn when_the_storage_is_full_nothing_is_lost_and_saving_can_be_tried_again() {
    let mut page = Desk::new().open(None);
    page.evaluate(FULL);
    page.evaluate("window.full = true");
    page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_for_text("The browser's storage is full.");
    page.wait_for_text("3 changes not saved");
    assert!(!page.text(".verdict.registered").contains("Saved"));
    page.evaluate("window.full = false");
    page.click("#storage-failure button");
    page.wait_for_text("Saved: unicode_names v1");
    page.wait_until_saved();
    page.reload();
    page.wait_for_text("unicode_names");
}

#[test]
fn a_storage_that_was_cleared_is_told_and_the_last_export_brings_all_back() {
    let mut page = Desk::new().open(None);
    page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_for_text("Never exported");
    page.wait_until_saved();
    let export = page.download(|page| page.click("#export"));
    page.wait_for_text("3 entries in this browser");
    page.wait_for_text("Last exported today.");
    page.evaluate(
        "new Promise(done => { indexedDB.open('modelbook').onsuccess = event => {
            const transaction = event.target.result.transaction('log', 'readwrite');
            transaction.objectStore('log').clear();
            transaction.oncomplete = done; } })",
    );
    page.reload();
    page.wait_for_text("3 entries that this browser had saved are gone");
    page.drop_files(&[&export]);
    page.click("#import-confirm");
    page.wait_for("!document.querySelector('#entries-missing')", "nothing is missing");
    page.wait_for_text("unicode_names");
    page.reload();
    page.wait_for_text("3 entries in this browser");
    assert_eq!(page.texts("#entries-missing").len(), 0);
}

#[test]
fn two_tabs_of_one_profile_see_each_other_and_write_without_a_fork() {
    let server = Server::start();
    for address in [file_address(), server.address.clone()] {
        let mut page = Desk::new().open(Some(&address));
        page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
        page.wait_for_text("New.");
        let first = page.open_tab(&address);
        page.wait_until_saved();
        page.drop_files(&[&fixture("models/safetensors/tiny_cnn_v1_base.safetensors")]);
        page.wait_for_text("New.");
        page.click(".register-one");
        page.wait_for_text("Saved: tiny_cnn_v1_base v1");
        // The first tab shows it without being asked.
        page.switch_to(first);
        page.wait_for(
            "document.querySelector('#models')?.innerText.includes('tiny_cnn_v1_base')",
            "it is here too",
        );
        page.click(".register-one");
        page.wait_for_text("Saved: unicode_names v1");
        let export = page.download(|page| page.click("#export"));
        let export: serde_json::Value = serde_json::from_slice(&std::fs::read(export).unwrap()).unwrap();
        let journal = export["journal"].as_array().unwrap();
        let numbers: Vec<_> = journal.iter().map(|entry| &entry["seq"]).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    }
}
