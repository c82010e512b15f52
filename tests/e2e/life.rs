//! A model's life: what a team otherwise asks a registry server.

use std::fs;
use std::path::Path;

use crate::devtools::{Needs, Page};
use crate::support::{Desk, file_of_tensors, fixture};

/// Registers a file of this content as a version of `net`.
fn register(page: &mut Page, folder: &Path, content: &str) {
    let path = folder.join("net.bin");
    fs::write(&path, content).unwrap();
    register_file(page, &path, "net");
}

/// Registers a file as a version of a model.
pub fn register_file(page: &mut Page, path: &Path, model: &str) {
    page.drop_files(&[path]);
    page.wait_for_text("New.");
    page.fill(".model-name", model);
    page.click(".register-one");
    page.wait_for("!document.querySelector('.register-one')", "it is registered");
    page.wait_until_saved();
}

#[test]
fn i_say_which_version_is_in_production_and_roll_back_when_it_fails() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    let mut page = desk.open(None);
    page.is_used_by("Ada");
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

#[test]
fn production_moves_after_a_checklist_and_my_colleagues_approval_or_it_is_seen_that_it_did_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut page = Desk::new().open(None);
    page.is_used_by("Ada");
    for content in ["first", "second"] {
        register(&mut page, folder.path(), content);
    }
    page.click("#models tbody a.strong");
    page.wait_for_text("v2");
    page.click("#aliases > details > summary");
    page.fill("#aliases .alias-name", "production");
    page.click("#aliases .alias-form button[type=submit]");
    page.wait_for("document.querySelector('.alias-row')", "production is held");
    assert!(!page.text(".alias-row").contains("approved"), "nobody asked for it");
    page.click(".protect > summary");
    page.fill(".protection", "evaluated on the held-out set\nlicence is fine");
    page.click(".protect button[type=submit]");
    page.wait_for_text("Protected: change the checklist");

    // Ada answers one of two, with a file's digest, approves it herself and moves it.
    page.click("table.versions tbody tr:nth-child(2) a.strong");
    page.wait_for_text("0 of 2 checked, not approved");
    page.click(".checklist > summary");
    page.choose(".checklist li:nth-child(1) select", "yes");
    page.wait_for_text("1 of 2 checked");
    page.fill(".checklist li:nth-child(1) .evidence", "report 7");
    page.click(".approve");
    page.wait_for_text("1 of 2 checked, approved by Ada alone");
    page.click("#give-alias > summary");
    page.fill("#give-alias .alias-name", "production");
    page.click("#give-alias button[type=submit]");
    page.wait_for_text("production since");
    page.wait_until_saved();

    // What was so at the move stays so; Bob, who is another person, approves it on his own desk.
    page.click(".crumbs a:last-child");
    page.wait_for_text("1 of 2 checked, approved by Ada alone, who moved it");
    let export = page.download(|page| page.click("#export"));
    page.assert_no_trouble();
    page.browser.close();
    let mut page = Desk::new().open(None);
    page.is_used_by("Bob");
    page.drop_files(&[&export]);
    page.click("#import-confirm");
    page.wait_until_saved();
    page.click("#models tbody a.strong");
    page.click("table.versions tbody tr:nth-child(2) a.strong");
    page.click(".checklist > summary");
    page.choose(".checklist li:nth-child(2) select", "not applicable");
    page.wait_for_text("2 of 2 checked, approved by Ada");
    page.click(".approve");
    page.wait_for_text("Withdraw my approval");
    page.click(".crumbs a:last-child");
    page.wait_for_text("1 of 2 checked, approved by Ada alone, who moved it");
    page.assert_no_trouble();
}

#[test]
fn i_see_what_changed_between_two_versions_down_to_the_tensor() {
    let desk = Desk::new();
    let mut page = desk.open(None);
    for name in [
        "tiny_cnn_v1_base",
        "tiny_cnn_v2_finetuned_head",
        "tiny_cnn_v5_renamed_pruned",
    ] {
        register_file(
            &mut page,
            &fixture(&format!("models/safetensors/{name}.safetensors")),
            "tiny",
        );
    }
    page.click("#models tbody a.strong");
    page.wait_for_text("v3");
    for (version, metrics) in [
        (2, "acc@digits/test=0.91\nloss=0.2"),
        (1, "acc@digits/test=0.93\nloss=0.3"),
    ] {
        page.click(&format!("table.versions tbody tr:nth-child({}) a.strong", 4 - version));
        page.click("#quick > summary");
        page.fill("#quick-text", metrics);
        page.click("#quick-add");
        page.wait_for_text("Metrics");
        page.wait_until_saved();
        page.click(".crumbs a:last-child");
        page.wait_for_text("Tick two versions");
    }
    // In the order in which they are ticked: the first version, then the second.
    page.click("table.versions tbody tr:nth-child(3) .choose");
    page.click("table.versions tbody tr:nth-child(2) .choose");
    page.click("#compare-chosen");
    page.wait_for_text("16 of 18 equal; head: 2 changed");
    let table = page.text("#compare");
    assert!(
        table.contains("0.93 best") && table.contains("0.91 -0.02 worst"),
        "{table}"
    );
    assert!(
        table.contains("0.2 -0.1 best") && table.contains("0.3 worst"),
        "{table}"
    );
    assert!(!table.contains("Format"), "what is identical is hidden: {table}");
    let moments = "[...document.querySelectorAll('#compare time')].map(({innerText, title, dateTime}) => \
        !innerText.includes('T') && title === dateTime && title.endsWith('Z')).join()";
    assert_eq!(page.evaluate(moments), "true,true", "as all moments are shown: {table}");
    page.click("#hide-identical");
    page.wait_for_text("Format");
    assert_eq!(page.texts("#tensor-changes tbody tr").len(), 2);
    page.choose("#changes-fate", "all");
    page.wait_for(
        "document.querySelectorAll('#tensor-changes tbody tr').length == 18",
        "all are listed",
    );
    page.fill("#changes-filter", "fc1");
    page.wait_for(
        "document.querySelectorAll('#tensor-changes tbody tr').length == 2",
        "those of fc1",
    );

    // Another day, without the files, by its address; with a third version.
    let address = page.evaluate("location.hash").as_str().unwrap().to_owned();
    page.browser.close();
    let mut page = desk.open(None);
    page.evaluate(&format!("location.hash = {:?}", address));
    page.wait_for_text("16 of 18 equal; head: 2 changed");
    page.click("a.brand");
    page.click("#models tbody a.strong");
    page.click("table.versions tbody tr:nth-child(1) a.strong");
    page.click("#compare-before");
    page.wait_for_text("classifier: 1 reshaped, 2 renamed");
    page.assert_no_trouble();
}

/// The name of a tensor, of which a hundred make a layer.
fn in_layers(n: u32) -> String {
    format!("model.layers.{}.part_{}.weight", n / 100, n % 100)
}

#[test]
fn what_two_files_of_1_000_tensors_say_takes_at_most_150_kb() {
    if Needs::Usage.is_missing() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut page = Desk::new().open(None);
    let stored = |page: &mut Page| {
        let stored = "navigator.storage.estimate().then(all => all.usageDetails?.indexedDB ?? all.usage)";
        page.evaluate(stored).as_u64().unwrap()
    };
    let before = stored(&mut page);
    for (name, seed) in [("one", 0), ("two", 1)] {
        let path = file_of_tensors(folder.path(), name, (1_000, 16), in_layers, |n| n + seed);
        register_file(&mut page, &path, "many");
    }
    let bytes = stored(&mut page) - before;
    println!("two files of 1,000 tensors: {bytes} bytes stored, with their versions");
    assert!(bytes <= 150_000, "{bytes}");
    page.assert_no_trouble();
}

#[test]
fn versions_of_10_000_tensors_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let mut page = Desk::new().open(None);
    for (name, seed) in [("one", 0u32), ("two", 1)] {
        // Every hundredth is another one.
        let number = |n: u32| if n % 100 == 7 { n + seed } else { n };
        let path = file_of_tensors(folder.path(), name, (10_000, 1), in_layers, number);
        register_file(&mut page, &path, "many");
    }
    page.click("#models tbody a.strong");
    page.click("table.versions tbody tr:nth-child(1) a.strong");
    page.wait_for("document.querySelector('#compare-before')", "there is one before");
    page.wait_for_text("10,000 of 10,000");
    page.evaluate(
        "new MutationObserver((_, observer) => {
            if (document.querySelector('#tensors-told')) { window.compared = performance.now() - window.asked; observer.disconnect(); }
         }).observe(document, {childList: true, subtree: true});
         window.asked = performance.now();
         location.hash = document.querySelector('#compare-before').hash;",
    );
    page.wait_for_text("9,900 of 10,000 equal; model.layers: 100 changed");
    let all = page.evaluate("window.compared").as_f64().unwrap();
    let alone = page
        .evaluate("performance.getEntriesByName('compare', 'measure')[0].duration")
        .as_f64()
        .unwrap();
    println!(
        "10,000 tensors: compared in {alone:.0} ms; shown {all:.0} ms after the click, with reading what was kept"
    );
    page.assert_no_trouble();
}

#[test]
fn i_drop_files_and_it_says_which_version_each_is_and_what_it_is_used_for() {
    let mut page = Desk::new().open(None);
    let model = |name: &str| fixture(&format!("models/{name}"));
    register_file(&mut page, &model("safetensors/tiny_cnn_v1_base.safetensors"), "tiny");
    page.click(".verdict.registered a");
    page.click("#give-alias > summary");
    page.fill("#give-alias .alias-name", "production");
    page.click("#give-alias button[type=submit]");
    page.wait_until_saved();
    let payload =
        page.evaluate("[...document.querySelectorAll('#fingerprints code')].map(code => code.textContent)[0]");

    // A folder with what is known, the same saved otherwise, what was trained further, and what is none of it.
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("box");
    fs::create_dir(&folder).unwrap();
    for name in [
        "safetensors/tiny_cnn_v1_base.safetensors",
        "pytorch/tiny_cnn_state_dict.pt",
        "safetensors/tiny_cnn_v2_finetuned_head.safetensors",
        "numpy/fortran_f64.npy",
    ] {
        fs::copy(model(name), folder.join(Path::new(name).file_name().unwrap())).unwrap();
    }
    page.click(".places a[href='#/what/']");
    page.wait_for_text("What is this?");
    page.drop_files(&[&folder]);
    // With the one that was registered before.
    page.wait_for_text("5 files, 2 known");
    page.wait_for_text("It has 16 of the 18 tensors of tiny v1");
    page.wait_for_text("Identical weights, in another form, as tiny v1");
    let table = page.text("#what-files table");
    assert!(table.contains("production since"), "{table}");
    assert!(table.contains("not known"), "{table}");
    let csv = fs::read_to_string(page.download(|page| page.click("#what-export"))).unwrap();
    assert_eq!(csv.lines().count(), 6, "{csv}");

    // Digests, whole or their beginnings: of the file, and of its data as other tools name it.
    let autov3 = payload.as_str().unwrap()[..12].to_owned();
    for (digits, expected) in [
        ("9200527bd9", "Known:"),
        ("sha256:9200527BD9E73F4A", "Known:"),
        (&autov3, "The data without the header (AutoV3) of"),
        ("0123456", "No version here has a digest that begins so."),
        ("xyz", "A digest is 6 to 64 hex digits."),
    ] {
        page.fill("#what-digits", digits);
        page.click("#what-ask");
        page.wait_for_text(expected);
    }
    page.assert_no_trouble();
}

#[test]
fn i_see_what_a_version_was_made_from_and_what_its_files_say_and_take_both_over() {
    let mut page = Desk::new().open(None);
    for name in ["v1_base", "v2_finetuned_head"] {
        let path = fixture(&format!("models/safetensors/tiny_cnn_{name}.safetensors"));
        register_file(&mut page, &path, "tiny");
    }
    page.click("#models tbody a.strong");
    page.click("table.versions tbody tr:nth-child(1) a.strong");
    page.wait_for_text("It has 16 of the 18 tensors of tiny v1");
    page.click(".proposed.parent button");
    page.wait_for_text("fine-tune of tiny v1");
    page.wait_for("!document.querySelector('.proposed.parent')", "it is one now");
    page.click(".crumbs a:last-child");
    page.click("table.versions tbody tr:nth-child(2) a.strong");
    page.wait_for_text("What it is");
    assert_eq!(page.texts(".proposed.parent").len(), 0, "a later version is no parent");

    page.click("a.brand");
    page.drop_files(&[&fixture("models/hf/lora-adapter")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_until_saved();
    page.click(".verdict.registered a");
    page.wait_for_text("in the files, not in the record");
    page.click("#from-files > summary");
    page.click("#take-over-all");
    page.wait_for("!document.querySelector('#from-files')", "all is taken over");
    page.wait_until_saved();
    let parents = page.text("table.properties[data-group=parent]");
    assert!(parents.contains("example-org/tiny-llama-3shards"), "{parents}");
    assert!(parents.contains("From the file"), "{parents}");
    page.assert_no_trouble();
}

#[test]
fn i_find_the_best_version_by_a_metric_keep_the_link_and_reach_everything_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    let mut page = desk.open(None);
    for (content, metrics) in [
        ("first", "acc@digits/test=0.91"),
        ("second", "acc@digits/test=0.95"),
        ("third", "acc@digits/test=0.93"),
    ] {
        register(&mut page, folder.path(), content);
        page.click(".verdict.registered a");
        page.click("#quick > summary");
        page.fill("#quick-text", metrics);
        page.click("#quick-add");
        page.wait_for_text("Metrics");
        page.wait_until_saved();
        page.click("a.brand");
        page.click(".dismiss");
    }
    page.fill("#search", "net");
    page.wait_for("document.querySelector('#filters')", "there are filters");
    page.click("#filters > summary");
    page.fill("#filter-metric", "acc@digits/test");
    page.choose("#filter-sign", ">");
    page.fill("#filter-limit", "0.91");
    page.fill("#filter-best", "acc@digits/test");
    page.click("#filter");
    page.wait_for_text("2 versions");
    let labels = |page: &mut Page| page.texts("#found tbody tr td:nth-child(2)");
    assert_eq!(labels(&mut page), ["v2", "v3"]);
    assert_eq!(page.text("#search"), "");
    let address = page.evaluate("location.hash").as_str().unwrap().to_owned();
    page.browser.close();
    let mut page = desk.open(None);
    page.evaluate(&format!("location.hash = {address:?}"));
    page.wait_for_text("2 versions");
    assert_eq!(labels(&mut page), ["v2", "v3"]);

    // By keyboard: the palette, a few letters, Enter; the first field has the focus.
    let ctrl_k = "window.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, bubbles: true}))";
    page.evaluate(ctrl_k);
    page.fill("#palette-text", "net v3");
    page.wait_for(
        "document.querySelectorAll('#palette-list li').length > 0",
        "it finds something",
    );
    page.fill("#palette-text", "v3");
    page.wait_for(
        "document.querySelector('#palette-list li')?.innerText.includes('net v3')",
        "it finds v3",
    );
    page.press("Enter");
    page.wait_for_text("Check it without Modelbook");
    page.evaluate(ctrl_k);
    page.fill("#palette-text", "alias");
    page.wait_for(
        "document.querySelector('#palette-list li')?.innerText.includes('Move an alias here')",
        "it is there",
    );
    page.press("Enter");
    page.wait_for(
        "document.activeElement.className == 'alias-name'",
        "the name is typed next",
    );
    page.evaluate(ctrl_k);
    page.press("ArrowDown");
    page.press("Escape");
    page.wait_for("!document.querySelector('#palette').open", "it is closed");
    page.assert_no_trouble();
}
