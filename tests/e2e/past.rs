//! Looking back, and taking an import back.

use crate::support::{ACTS, Desk, fixture};

#[test]
fn any_page_is_seen_as_it_was() {
    let mut page = Desk::new().open(None);
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_until_saved();
    page.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
    page.wait_for_text("v1-final");
    page.wait_for_text("seed 8");
    page.click(".archive");
    page.wait_for("document.querySelector('#undo-last')", "it can be taken back");
    page.click("#as-of");
    page.wait_for_text("As of");
    page.wait_for("!document.querySelector('#undo-last')", "but not while looking back");
    // Whatever the time zone: between the third and the fourth of November something changed.
    page.choose("#past-at", "2026-11-04T00:00:00");
    page.wait_for_text("seed 7");
    assert!(!page.text("h1").contains("final"));
    assert_eq!(page.evaluate(ACTS), 0, "nothing is offered that would change it");
    page.evaluate("location.hash = '#/journal'");
    page.wait_for(
        "document.querySelectorAll('#acts li').length === 2",
        "what was done until then",
    );
    page.choose("#past-at", "2026-11-01T00:00:00");
    page.evaluate("location.hash = '#/'");
    page.wait_for(
        "document.querySelectorAll('#models tbody tr').length === 0",
        "nothing yet",
    );
    page.click("#now");
    page.wait_for("document.querySelectorAll('#models tbody tr').length === 2", "and now");
    page.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
    page.wait_for(
        &format!("{ACTS} === 6"),
        "what is there can be edited and archived again",
    );
    page.assert_no_trouble();
}

#[test]
fn an_import_is_taken_back_and_that_too() {
    let desk = Desk::new();
    let mut page = desk.open(None);
    page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_for_text("Saved: unicode_names v1");
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_until_saved();
    page.browser.close();
    let mut page = desk.open(None);
    page.wait_for(
        "document.querySelectorAll('#models tbody tr').length === 3",
        "all is there",
    );
    page.evaluate("location.hash = '#/journal'");
    page.click("#imports summary");
    page.wait_for_text("two-writers.modelbook.json");
    page.click(".undo-import");
    page.wait_until_saved();
    page.evaluate("location.hash = '#/'");
    page.wait_for(
        "document.querySelectorAll('#models tbody tr').length === 1",
        "only one's own",
    );
    page.reload();
    page.wait_for_text("Show 2 archived");
    page.evaluate("location.hash = '#/journal'");
    page.click("#acts li:first-child .undo");
    page.wait_until_saved();
    page.evaluate("location.hash = '#/'");
    page.wait_for(
        "document.querySelectorAll('#models tbody tr').length === 3",
        "all again",
    );
    page.assert_no_trouble();
}
