//! The picture in the README, made from the real page when `cargo xtask screenshot` asks for it.

use std::path::Path;

use crate::support::{Desk, fixture};

#[test]
fn a_picture_of_the_page_in_use() {
    let mut page = Desk::new().open(None);
    page.is_used_by("Ada");
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_for_text("tiny CNN");
    page.evaluate("document.querySelector('.notice button').click()");
    page.drop_files(&[
        &fixture("models/safetensors/tiny_cnn_v1_base.safetensors"),
        &fixture("models/hf/lora-adapter"),
    ]);
    page.wait_for_text("Known:");
    page.wait_for_text("New.");
    if let Some(path) = std::env::var_os("MODELBOOK_SCREENSHOT") {
        page.screenshot(Path::new(&path));
    }
    page.assert_no_trouble();
}
