//! A model's life: what a team otherwise asks a registry server.

use std::fs;

use crate::devtools::Page;
use crate::support::Desk;

/// Registers a file of this content as a version of `net`.
fn register(page: &mut Page, folder: &std::path::Path, content: &str) {
    let path = folder.join("net.bin");
    fs::write(&path, content).unwrap();
    page.drop_files(&[&path]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_until_saved();
}

#[test]
fn i_say_which_version_is_in_production_and_roll_back_when_it_fails() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    let mut page = desk.open(None);
    page.fill("#author", "Ada");
    for content in ["one", "two"] {
        register(&mut page, folder.path(), content);
    }
    page.click("a.brand");
    page.click("#models tbody a.strong");
    page.wait_for_text("v2");
    page.click("table.versions tbody tr:last-child a.strong");
    page.click("#give-alias > summary");
    page.fill(".alias-name", "production");
    page.fill(".alias-form .reason", "the first that works");
    page.click(".alias-form button");
    page.wait_for_text("production since");
    page.wait_until_saved();

    // On the model's page the newest version is proposed.
    page.click(".crumbs a:last-child");
    page.click("#aliases > details > summary");
    page.fill(".alias-name", "production");
    page.fill(".alias-form .reason", "better on the test set");
    page.click(".alias-form button");
    page.wait_for_text("Roll back to v1");
    assert!(page.text(".alias-row").contains("better on the test set"));
    page.click(".roll-back summary");
    page.fill(".roll-back .reason", "it fails at night");
    page.click(".roll-back button");
    page.wait_for_text("it fails at night");
    let holders = |page: &mut Page| page.texts(".alias-row p a").concat();
    assert_eq!(holders(&mut page), "v1");
    assert!(
        !page.text("#aliases").contains("Roll back to"),
        "nobody held it before v1"
    );
    page.wait_until_saved();

    // Another day: a file says which version it is, and what it is used for.
    page.browser.close();
    let mut page = desk.open(None);
    let path = folder.path().join("found.bin");
    fs::write(&path, "one").unwrap();
    page.drop_files(&[&path]);
    page.wait_for_text("Known: net v1");
    page.wait_for_text("production since");
    page.assert_no_trouble();
}

#[test]
fn i_paste_what_the_training_printed_and_find_it_with_the_version() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    let mut page = desk.open(None);
    register(&mut page, folder.path(), "one");
    page.click(".registered a");
    page.click("#quick > summary");
    page.fill(
        "#quick-text",
        "accuracy@mnist/test: 0.93 ± 0.01 (n=500)\nloss: 0.2\nwhat?",
    );
    page.wait_for_text("Not understood: line 3");
    assert!(
        page.text("#quick .preview-table")
            .contains("0.93 (0.92 to 0.94, n = 500)")
    );
    page.click("#quick-add");
    page.wait_for(
        "document.querySelectorAll('[data-group=metric] tr').length == 2",
        "both metrics are listed",
    );
    page.choose("#quick-group", "param");
    page.fill("#quick-text", "{\"optimizer\": {\"name\": \"adam\", \"lr\": 0.001}}");
    page.wait_for_text("optimizer.lr");
    page.click("#quick-add");
    page.wait_for_text("Params");
    page.choose("#quick-group", "tag");
    page.fill("#quick-text", "vision, small");
    page.click("#quick-add");
    page.wait_for(
        "document.querySelectorAll('.chip.tag').length == 2",
        "both tags are there",
    );

    page.click("#edit-record > summary");
    page.choose("#status-choice", "deprecated");
    page.fill("#edit-record .why", "trained on the wrong split");
    page.fill(
        "#edit-record .description",
        "A **tiny** net <img src=x onerror=alert(1)>",
    );
    page.fill("#edit-record .license", "mit");
    page.click("#save-record");
    page.wait_for_text("trained on the wrong split");
    page.wait_until_saved();
    page.reload();
    page.wait_for_text("trained on the wrong split");
    assert_eq!(page.text("#status"), "deprecated");
    assert!(page.text("[data-group=param]").contains("adam"));
    assert!(page.text("#record .markdown").contains("A tiny net"));
    assert_eq!(page.evaluate("document.querySelectorAll('#record img').length"), 0);
    page.click("[data-group=param] button");
    page.wait_for(
        "document.querySelectorAll('[data-group=param] tr').length == 1",
        "one is left",
    );

    // Who finds the file is warned.
    page.click("a.brand");
    page.drop_files(&[&folder.path().join("net.bin")]);
    page.wait_for_text("Deprecated: trained on the wrong split");
    page.assert_no_trouble();
}
