//! Two people with a catalogue each.

use std::path::Path;

use crate::devtools::Page;
use crate::support::{Desk, assert_valid_export, fixture};

#[test]
fn two_people_change_one_note_and_both_values_are_seen_until_one_decides() {
    let team = fixture("catalogues/two-writers.modelbook.json");
    let (mut ada, mut ben) = (Desk::new().open(None), Desk::new().open(None));
    for (page, name, note) in [(&mut ada, "Ada", "seed 9"), (&mut ben, "Ben", "seed 10")] {
        page.is_used_by(name);
        import(page, &team);
        page.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
        page.click(".edit-note");
        page.fill(".editor textarea", note);
        page.click(".save-note");
        page.wait_until_saved();
    }
    let from_ben = ben.download(|page| page.click("#export"));
    ada.drop_files(&[&from_ben]);
    let preview = ada.text("#preview-conflicts");
    for words in [
        "1 conflict",
        "Note on tiny CNN v1-final",
        "seed 9",
        "by Ada",
        "seed 10",
        "by Ben",
    ] {
        assert!(preview.contains(words), "{words}: {preview}");
    }
    ada.click("#import-confirm");
    ada.wait_for_text("1 conflict");
    // Both values stand where the note is shown.
    let both = ada.text(".note .conflict");
    assert!(both.contains("seed 9") && both.contains("seed 10"), "{both}");

    // By keyboard: to the link, to the button, done.
    ada.evaluate("document.querySelector('#conflicts').focus()");
    ada.press("Enter");
    ada.wait_for(
        "document.querySelectorAll('.conflict .keep').length === 2 && document.activeElement.tagName === 'H1'",
        "the conflicts are listed, and their heading has the focus",
    );
    ada.evaluate("document.querySelector('.conflict .keep').focus()");
    ada.press("Enter");
    ada.wait_for_text("No conflicts: all are decided.");
    ada.wait_until_saved();
    assert_eq!(ada.texts("#conflicts").len(), 0);

    // Ben gets the decision, and his own value is gone from view, not from the journal.
    let from_ada = ada.download(|page| page.click("#export"));
    assert_valid_export(&from_ada);
    import(&mut ben, &from_ada);
    ben.wait_for_text("seed 9");
    assert_eq!(ben.texts("#conflicts").len(), 0);
    let journal = std::fs::read_to_string(ben.download(|page| page.click("#export"))).unwrap();
    assert!(journal.contains("seed 10"));
    ada.assert_no_trouble();
    ben.assert_no_trouble();
}

#[test]
fn what_is_archived_leaves_the_lists_and_comes_back() {
    let mut page = Desk::new().open(None);
    import(&mut page, &fixture("catalogues/two-writers.modelbook.json"));
    page.evaluate("location.hash = '#/model/tiny-cnn'");
    page.wait_for_text("v1-final");
    page.click(".title .archive");
    page.wait_for_text("Archived: not in the list of models.");
    page.evaluate("location.hash = '#/'");
    page.wait_for_text("Show 1 archived");
    assert_eq!(page.texts("#models tbody tr").len(), 1);
    page.reload();
    page.wait_for_text("Show 1 archived");
    page.click(".show-archived");
    page.click("#models tbody tr a");
    page.click(".title .archive");
    page.wait_for("!document.body.innerText.includes('Archived: not')", "it is back");
    page.wait_until_saved();
    page.evaluate("location.hash = '#/'");
    page.wait_for(
        "document.querySelectorAll('#models tbody tr').length === 2",
        "both are listed",
    );
    page.assert_no_trouble();
}

fn import(page: &mut Page, file: &Path) {
    page.drop_files(&[file]);
    page.click("#import-confirm");
    page.wait_until_saved();
}
