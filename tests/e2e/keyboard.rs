//! The whole story without a mouse: the focus is always visible, and never lost.

use std::fs;

use serde_json::json;

use crate::devtools::Page;
use crate::support::{Desk, fixture};

/// Whether what has the focus can be seen to have it; the window shows nothing.
const IS_SEEN: &str = "(() => {
    const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
    const drawn = s.outlineStyle !== 'none' || e.querySelector('.ink-hit');
    const shown = r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth;
    return e === document.body || drawn && shown;
})()";

/// Presses Tab until an element has the focus. On the way each one that has it can be seen to have it.
#[track_caller]
fn tab_to(page: &mut Page, selector: &str) {
    let name = json!(selector);
    page.wait_for(&format!("document.querySelector({name})"), selector);
    for _ in 0..150 {
        page.press("Tab");
        // Firefox scrolls there with the next frame.
        page.wait_for(IS_SEEN, &format!("the focus is seen on the way to {selector}"));
        // From the last element the focus goes to the window, and on to the first.
        if page.evaluate(&format!("document.activeElement.matches({name})")) == true {
            return;
        }
    }
    panic!("{selector} is not reached by Tab");
}

#[track_caller]
fn press_on(page: &mut Page, selector: &str, key: &str) {
    tab_to(page, selector);
    page.press(key);
    is_kept(page);
}

/// Something has the focus.
#[track_caller]
fn is_kept(page: &mut Page) {
    page.wait_for(
        "document.activeElement && document.activeElement !== document.body",
        "something has the focus",
    );
}

#[track_caller]
fn heading_is_focused(page: &mut Page, text: &str) {
    page.wait_for(
        &format!(
            "document.activeElement.tagName === 'H1' && document.activeElement.innerText.includes({})",
            json!(text)
        ),
        &format!("the heading {text:?} has the focus"),
    );
}

#[test]
fn i_do_everything_by_keyboard_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.bin");
    let team = fixture("catalogues/two-writers.modelbook.json");

    // A colleague changes a note that I shall change too.
    let bens = Desk::new();
    let mut ben = bens.open(None);
    ben.is_used_by("Ben");
    ben.drop_files(&[&team]);
    ben.click("#import-confirm");
    ben.wait_until_saved();
    ben.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
    ben.click(".edit-note");
    ben.fill(".editor textarea", "seed 10");
    ben.click(".save-note");
    ben.wait_until_saved();
    let from_ben = ben.download(|page| page.click("#export"));
    ben.browser.close();

    let mut page = Desk::new().open(None);
    fs::write(&file, "one").unwrap();
    tab_to(&mut page, "#choose-files");
    page.choose_in_dialog(&[&file], |page| page.press("Enter"));
    page.wait_for_text("New.");
    tab_to(&mut page, "#author");
    page.type_text("Ada");
    tab_to(&mut page, ".model-name");
    page.type_text("net");
    press_on(&mut page, ".register-one", "Enter");
    page.wait_for_text("Saved: net v1");
    is_kept(&mut page);

    // The second version, from where I am.
    fs::write(&file, "two").unwrap();
    page.choose_in_dialog(&[&file], |page| page.press("f"));
    page.wait_for_text("New.");
    tab_to(&mut page, ".model-name");
    page.type_text("net");
    page.press("Enter");
    page.wait_for_text("Saved: net v2");
    page.wait_until_saved();
    is_kept(&mut page);
    press_on(&mut page, ".verdict.registered a[href*='/version/']", "Enter");
    heading_is_focused(&mut page, "net");

    // A note.
    page.press("n");
    page.wait_for("document.activeElement.matches('.note-text')", "I can type at once");
    page.type_text("better than before");
    // What is focused for me can be tabbed to as before.
    assert_eq!(page.evaluate("document.activeElement.tabIndex"), 0);
    press_on(&mut page, ".save-note", "Enter");
    page.wait_for_text("better than before");
    is_kept(&mut page);

    // An alias, taken back, given again.
    press_on(&mut page, "#give-alias > summary", "Enter");
    tab_to(&mut page, ".alias-name");
    page.type_text("production");
    press_on(&mut page, ".alias-form button", "Enter");
    page.wait_for_text("production since");
    press_on(&mut page, "#undo-last", "Enter");
    page.wait_for(
        "!document.body.innerText.includes('production since')",
        "it is taken back",
    );
    is_kept(&mut page);
    page.press("u");
    page.wait_for_text("production since");

    // Compare.
    press_on(&mut page, ".crumbs a:last-child", "Enter");
    heading_is_focused(&mut page, "net");
    press_on(&mut page, "tr:first-child input.choose", " ");
    press_on(&mut page, "tr:last-child input.choose", " ");
    press_on(&mut page, "#compare-chosen", "Enter");
    heading_is_focused(&mut page, "Compare");

    // Out and in; a conflict, decided.
    page.download(|page| page.press("e"));
    page.choose_in_dialog(&[&team], |page| page.press("i"));
    press_on(&mut page, "#import-confirm", "Enter");
    page.wait_for_text("Imported 10 entries");
    page.press_with(2, "k");
    page.wait_for("document.querySelector('#palette[open]')", "the palette is open");
    page.type_text("v1-final");
    page.press("Enter");
    heading_is_focused(&mut page, "v1-final");
    press_on(&mut page, ".edit-note", "Enter");
    page.wait_for("document.activeElement.matches('.note-text')", "I can type at once");
    page.press_with(2, "a");
    page.type_text("seed 9");
    press_on(&mut page, ".save-note", "Enter");
    page.wait_until_saved();
    page.choose_in_dialog(&[&from_ben], |page| page.press("i"));
    press_on(&mut page, "#import-confirm", "Enter");
    page.wait_for_text("1 conflict");
    press_on(&mut page, "#conflicts", "Enter");
    heading_is_focused(&mut page, "Conflicts");
    press_on(&mut page, ".conflict .keep", "Enter");
    page.wait_for_text("No conflicts: all are decided.");
    is_kept(&mut page);

    // The keys are listed, and can be switched off.
    page.press("?");
    page.wait_for("document.querySelector('#shortcuts[open]')", "they are listed");
    assert!(page.text("#shortcuts").contains("Undo the last act"));
    page.press("Escape");
    page.press("s");
    heading_is_focused(&mut page, "Settings");
    press_on(&mut page, "#single-keys", " ");
    page.press("j");
    page.reload();
    page.press("j");
    page.wait_until_saved();
    assert_eq!(page.text("h1"), "Settings");
    page.assert_no_trouble();
}
