//! The page as a whole: the first minute, what is kept while it is away, what is said while it works.

use std::fs;

use crate::support::{ACTS, Desk, fixture};

#[test]
fn i_look_at_a_sample_and_it_leaves_nothing_behind() {
    let mut page = Desk::new().open(None);
    page.click("#sample");
    page.wait_for_text("sentiment-lora");
    page.click("#models a.strong");
    page.wait_for_text("checked by hand on 200 digits");
    page.click("table.versions tbody a.strong");
    page.wait_for("document.querySelector('#check')", "a version is shown");
    assert_eq!(page.evaluate(ACTS), 0, "nothing is offered that would change it");
    page.click("#sample-remove");
    page.wait_for("document.querySelector('.zone.large')", "it begins anew");
    page.click("#sample");
    page.wait_for_text("sentiment-lora");
    // Files of one's own end it too.
    page.drop_files(&[&fixture("models/safetensors/tiny_cnn_v1_base.safetensors")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_until_saved();
    let export = page.download(|page| page.click("#export"));
    let export = fs::read_to_string(export).unwrap();
    assert!(!export.contains("mnist-cnn") && export.contains("tiny_cnn_v1_base"));
    page.assert_no_trouble();
}

#[test]
fn a_note_being_typed_survives_the_browser() {
    let desk = Desk::new();
    let mut page = desk.open(None);
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_until_saved();
    page.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
    page.click("#add-note");
    page.fill(".notes > .editor textarea", "half a sen");
    page.browser.close();
    let mut page = desk.open(None);
    page.evaluate("location.hash = '#/version/tiny-cnn@9200527bd9e73f4a'");
    page.wait_for(
        "document.querySelector('.notes > .editor textarea')?.value === 'half a sen'",
        "it is there again",
    );
    page.click(".notes > .editor .save-note");
    page.wait_for_text("half a sen");
    page.wait_until_saved();
    page.reload();
    page.wait_for_text("half a sen");
    assert_eq!(page.texts(".editor").len(), 0);
    page.assert_no_trouble();
}

#[test]
fn the_tab_and_a_screen_reader_hear_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.bin");
    fs::File::create(&file).unwrap().set_len(3 << 30).unwrap();
    let mut page = Desk::new().open(None);
    assert_eq!(page.evaluate("document.title"), "Models · Modelbook");
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push([performance.now(), announcer.innerText])) \
         .observe(announcer, {childList: true, characterData: true, subtree: true})",
    );
    page.drop_files(&[&file]);
    page.wait_for("/^[1-9][0-9]? % · Models/.test(document.title)", "the tab says it");
    let icon = page.evaluate("document.querySelector('link[rel=icon]').href");
    page.evaluate("location.hash = '#/journal'");
    page.wait_for("/^[0-9]+ % · Journal/.test(document.title)", "on every page");
    page.wait_for(
        "document.querySelector('#intake-summary progress')",
        "which can be left",
    );
    page.wait_for("document.title === 'Journal · Modelbook'", "and it ends");
    assert_ne!(page.evaluate("document.querySelector('link[rel=icon]').href"), icon);
    let said: Vec<(f64, String)> = serde_json::from_value(page.evaluate("said")).unwrap();
    let (first, last) = (&said.first().unwrap().1, &said.last().unwrap().1);
    assert_eq!((first.as_str(), last.as_str()), ("Hashing 3.2 GB.", "1 version: 1 new"));
    let between: Vec<_> = said.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    // The end is told at once.
    let (_, between) = between.split_last().unwrap();
    assert!(between.iter().all(|ms| *ms > 4_500.0), "{said:?}");
    page.assert_no_trouble();
}

#[test]
fn back_and_a_link_show_a_page_as_it_was() {
    let mut page = Desk::new().open(None);
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_until_saved();
    for hash in [
        "#/model/tiny-cnn",
        "#/version/tiny-cnn@9200527bd9e73f4a",
        "#/compare",
        "#/what/9200527bd9e7",
        "#/search/tiny",
        "#/journal",
        "#/team",
        "#/settings",
    ] {
        page.evaluate(&format!("location.hash = '{hash}'"));
        page.wait_for("document.activeElement.tagName === 'H1'", "its heading has the focus");
        page.evaluate("document.activeElement.blur()");
    }
    for query in ["tiny", "tiny c", "tiny cn"] {
        page.fill("#search", query);
        page.wait_for(
            &format!("document.title === 'Search: {query} · Modelbook'"),
            "it is searched",
        );
    }
    // A space may come before what was typed so far is drawn.
    page.evaluate(
        "for (const text of ['tiny cnn', 'tiny cnn ']) {
             document.querySelector('#search').value = text;
             document.querySelector('#search').dispatchEvent(new Event('input'));
         }",
    );
    page.wait_for_text("Search: tiny cnn");
    assert_eq!(page.evaluate("document.querySelector('#search').value"), "tiny cnn ");
    page.evaluate("history.back()");
    page.wait_for("document.title === 'Settings · Modelbook'", "letters are no pages");
    page.evaluate("history.back()");
    page.wait_for("document.title === 'Team · Modelbook'", "back is the page before");
    page.evaluate("history.go(-5)");
    page.wait_for("document.title === 'tiny CNN v1-final · Modelbook'", "and those before");
    page.reload();
    page.wait_for(
        "document.title === 'tiny CNN v1-final · Modelbook'",
        "the address is enough",
    );
    page.assert_no_trouble();
}

#[test]
fn what_a_list_is_filtered_by_is_part_of_the_address() {
    let mut page = Desk::new().open(None);
    page.drop_files(&[&fixture("models/safetensors/tiny_cnn_v1_base.safetensors")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_for_text("Saved: tiny_cnn_v1_base v1");
    page.wait_until_saved();

    page.evaluate("location.hash = '#/settings'");
    page.evaluate("location.hash = '#/journal'");
    page.wait_for_text("tiny_cnn_v1_base: new");
    let pages = page.evaluate("history.length");
    page.choose("#filter-kind", "registered");
    page.choose("#filter-from", "2020-01-31");
    page.choose("#filter-to", "9000-12-31");
    let shown = "[...document.querySelectorAll('.filters select, .filters input')].map(({value}) => value).join()";
    let as_chosen = format!("{shown} === ',,registered,2020-01-31,9000-12-31'");
    page.wait_for(&as_chosen, "it is filtered");
    assert_eq!(
        page.evaluate("history.length"),
        pages,
        "a filter is no page to go back to"
    );
    page.reload();
    page.wait_for(&as_chosen, "the address is enough");
    page.wait_for_text("tiny_cnn_v1_base: new");
    page.evaluate("location.hash = '#/journal?person=Nobody%20%3F%26&before=2001-01-01T00:00:00.000Z'");
    page.wait_for(
        "document.querySelector('#filter-person').value === 'Nobody ?&'",
        "whoever it asks for",
    );
    page.wait_for(
        "document.querySelectorAll('#acts li').length === 0",
        "and shows what there is",
    );
    page.evaluate("history.back()");
    page.wait_for(&as_chosen, "back is what was shown before");
    page.evaluate("history.back()");
    page.wait_for("document.title === 'Settings · Modelbook'", "and then the page before");

    page.evaluate("location.hash = '#/search/tiny_cnn_v1_base'");
    page.click(".hits a[href*='version']");
    page.wait_for_text("18 of 18");
    let pages = page.evaluate("history.length");
    page.click("#tensor-filter");
    page.type_text("fc1");
    page.wait_for_text("2 of 18");
    assert_eq!(page.evaluate("history.length"), pages, "letters are no pages");
    page.reload();
    page.wait_for_text("2 of 18");
    assert_eq!(page.evaluate("document.querySelector('#tensor-filter').value"), "fc1");
    page.evaluate("location.hash = '#/'");
    page.wait_for("document.title === 'Models · Modelbook'", "the person goes on");
    page.evaluate("history.back()");
    page.wait_for_text("2 of 18");
    page.assert_no_trouble();
}

#[test]
fn numbers_are_written_as_in_the_language_of_the_person() {
    let mut page = Desk::new().open(None);
    page.before_load("Object.defineProperty(navigator, 'language', {value: 'de-DE'})");
    page.reload();
    page.drop_files(&[&fixture("models/safetensors/tiny_cnn_v1_base.safetensors")]);
    page.wait_for_text("38.476 parameters");
    page.wait_for_text("155,6 kB");
    page.click(".register-one");
    page.wait_for_text("Saved: tiny_cnn_v1_base v1");
    page.wait_until_saved();
    page.click("#models tbody a.strong");
    page.wait_for(
        "document.querySelector('.size')?.innerText === '155,6 kB'",
        "in tables too",
    );
    assert_eq!(page.evaluate("document.querySelector('.size').title"), "155.552 bytes");
    page.evaluate("location.hash = '#/journal'");
    page.wait_for_text("stored entries by 1 writer checked");
    // What goes out is for every language.
    let table = page.download(|page| page.click("#journal-export"));
    assert!(
        fs::read_to_string(table)
            .unwrap()
            .contains("tiny_cnn_v1_base v1,label,,v1,")
    );
    page.assert_no_trouble();
}
