//! The main job, from the first drop to a colleague's desk.

use std::path::Path;
use std::process::Command;

use crate::devtools::Page;
use crate::support::{Desk, Server, assert_same_but_for_exporter, assert_valid_export, fixture, sha256sum};

#[test]
fn a_person_opens_the_file_drops_registers_notes_exports_and_a_colleague_imports() {
    main_job(None);
}

#[test]
fn the_same_on_a_page_that_is_served() {
    main_job(Some(&Server::start().address));
}

fn main_job(address: Option<&str>) {
    let model = fixture("models/safetensors/tiny_cnn_v1_base.safetensors");
    let desk = Desk::new();
    let mut page = desk.open(address);

    // Two actions from nothing to saved: the drop, and the button.
    page.drop_files(&[&model]);
    page.wait_for_text("New.");
    assert_eq!(page.text(".group-digest code"), sha256sum(&model));
    page.click(".register-one");
    page.wait_for_text("Saved: tiny_cnn_v1_base v1");
    page.wait_until_saved();

    page.click(".verdict.registered a");
    assert_eq!(page.text("#digest code"), sha256sum(&model));
    let check = page.text("#check code");
    assert_eq!(sh(&check, model.parent().unwrap()), "OK\n", "{check}");
    page.click("#add-note");
    page.fill(
        ".editor textarea",
        "Trained on **MNIST** <img src=x onerror=\"document.title='owned'\">",
    );
    page.click(".save-note");
    page.wait_for("document.querySelector('.markdown strong')", "the note is drawn");
    page.wait_until_saved();
    assert_eq!(page.evaluate("document.querySelectorAll('.markdown img').length"), 0);

    page.reload();
    page.wait_for_text("Trained on MNIST");
    page.click(".edit-note");
    page.fill(".editor textarea", "Trained on **MNIST**, seed 8");
    page.click(".save-note");
    page.wait_for_text("seed 8");
    page.wait_until_saved();
    assert_eq!(page.evaluate("document.title"), "tiny_cnn_v1_base v1 · Modelbook");
    page.assert_no_trouble();

    // The tab is closed; another day.
    page.browser.close();
    let mut page = desk.open(address);
    for query in ["tiny_cnn", "Seed 8", &sha256sum(&model)[..6], &sha256sum(&model)] {
        page.fill("#search", query);
        page.wait_for("document.querySelector('#hits')", "there are hits");
        page.wait_for_text("tiny_cnn_v1_base");
    }
    page.drop_files(&[&model]);
    page.wait_for_text("Known:");
    assert!(page.text(".verdict.known").contains("tiny_cnn_v1_base v1"));
    assert!(page.text(".verdict.known").contains("seed 8"));
    let export = page.download(|page| page.click("#export"));
    assert_valid_export(&export);
    page.browser.close();

    let colleague = Desk::new();
    let mut page = colleague.open(address);
    page.is_used_by("Colleague");
    page.drop_files(&[&export]);
    page.wait_for_text("6 new entries");
    page.click("#import-confirm");
    page.wait_for_text("Imported 6 entries");
    page.wait_until_saved();
    import(&mut page, &export);
    page.wait_for_text("0 new entries");
    assert!(page.text("#preview-known").starts_with('6'));
    page.click("#import-confirm");
    let again = page.download(|page| page.click("#export"));
    assert_same_but_for_exporter(&export, &again);
    page.assert_no_trouble();
}

fn import(page: &mut Page, file: &Path) {
    page.choose_files("#import-file", &[file]);
}

fn sh(command: &str, folder: &Path) -> String {
    let output = Command::new("sh").args(["-c", command]).current_dir(folder).output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}
