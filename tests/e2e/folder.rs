//! A team's folder. The browser's own file system stands in for it: the same handles, without a dialog.

use std::fs;

use serde_json::json;

use crate::devtools::Needs;
use crate::support::{Desk, Server, fixture};

const PICKER: &str = "window.showDirectoryPicker = () => navigator.storage.getDirectory();";

#[test]
fn what_others_write_into_the_folder_is_here_and_what_is_written_here_is_there() {
    if Needs::Folders.is_missing() {
        return;
    }
    let server = Server::start();
    let desk = Desk::new();
    let mut page = desk.open(Some(&server.address));
    page.before_load(PICKER);
    page.reload();
    let theirs = fs::read_to_string(fixture("catalogues/two-writers.modelbook.json")).unwrap();
    let put = |name: &str, text: &str| {
        format!(
            "(async () => {{ const folder = await navigator.storage.getDirectory();
                const file = await folder.getFileHandle({}, {{create: true}});
                const stream = await file.createWritable(); await stream.write({}); await stream.close(); }})()",
            json!(name),
            json!(text)
        )
    };
    page.evaluate(&put("00000000000000ad.modelbook.json", &theirs));
    page.evaluate(&put("holiday.txt", "no catalogue"));
    page.evaluate("location.hash = '#/team'");
    page.click("#open-folder");
    page.wait_for_text("Connected:");
    page.evaluate("location.hash = '#/'");
    page.wait_for_text("tiny CNN");
    page.wait_until_saved();

    page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_for_text("Saved: unicode_names v1");
    let own = "(async () => { const folder = await navigator.storage.getDirectory(); const texts = [];
        for await (const file of folder.values())
            if (/^(?!00000000000000ad|half).*\\.modelbook\\.json$/.test(file.name))
                // Between the old file and the new one there may be none.
                texts.push(await file.getFile().then(file => file.text(), () => ''));
        return texts.join('|'); })()";
    // Written as soon as it is saved, without a word on the page.
    page.evaluate(&format!(
        "(async () => {{ while (!(await {own}).includes('unicode_names')) await new Promise(requestAnimationFrame); }})()"
    ));
    let own = page.evaluate(own);
    let own: serde_json::Value = serde_json::from_str(own.as_str().unwrap()).unwrap();
    assert_eq!(
        own["journal"].as_array().unwrap().len(),
        3,
        "one's own entries, in one file"
    );

    // A file that is half there is read again once it is whole. A later version of it brings what is new.
    let newer = fs::read_to_string(fixture("catalogues/from-newer.modelbook.json")).unwrap();
    page.evaluate(&put("half.modelbook.json", &newer[..newer.len() / 2]));
    page.wait_for_text("cut off");
    page.evaluate(&put("half.modelbook.json", &newer));
    page.wait_for_text("tiny split");
    page.wait_until_saved();

    // Another day it goes on by itself.
    page.reload();
    page.evaluate("location.hash = '#/team'");
    page.wait_for_text("Connected:");
    page.click("#leave-folder");
    page.wait_for("document.querySelector('#open-folder')", "it is left");
    page.reload();
    page.wait_for("document.querySelector('#open-folder')", "and forgotten");
    page.assert_no_trouble();
}
