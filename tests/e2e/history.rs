//! What was done, and how it is taken back.

use crate::support::{Desk, fixture};

#[test]
fn a_person_reads_what_was_done_and_takes_an_act_back() {
    let desk = Desk::new();
    let mut page = desk.open(None);
    page.is_used_by("Cleo");
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.click("#import-confirm");
    page.wait_for_text("tiny CNN");
    page.drop_files(&[&fixture("models/safetensors/unicode_names.safetensors")]);
    page.wait_for_text("New.");
    page.click(".register-one");
    page.wait_for_text("Saved: unicode_names v1");

    // Another day.
    page.browser.close();
    let mut page = desk.open(None);
    page.evaluate("location.hash = '#/journal'");
    page.wait_for_text("unicode_names v1: label v1");
    page.wait_for_text("checked: each has");
    let chains = page.text("#chains");
    assert!(
        chains.contains("13 stored entries by 3 writers checked: each has the content that its id says and follows"),
        "{chains}"
    );
    let all = page.texts("#acts li");
    assert!(
        all[0].contains("unicode_names: new") && all[0].contains("by Cleo"),
        "{all:?}"
    );
    assert!(
        all.iter()
            .any(|act| act.contains("label v1 → v1-final") && act.contains("by Ada")),
        "{all:?}"
    );
    assert!(all.iter().any(|act| act.contains("the seed was wrong")), "{all:?}");
    for (filter, value, acts) in [
        ("#filter-person", "Cleo", 1),
        ("#filter-person", "", all.len()),
        ("#filter-kind", "noted", 2),
        ("#filter-model", "tiny-cnn", 2),
        ("#filter-kind", "", all.len() - 2),
        ("#filter-model", "", all.len()),
        ("#filter-to", "2020-01-31", 0),
        ("#filter-from", "2020-01-31", 0),
        ("#filter-to", "", all.len()),
        ("#filter-person", "Cleo", 1),
    ] {
        page.choose(filter, value);
        page.wait_for(
            &format!("document.querySelectorAll('#acts li').length === {acts}"),
            &format!("{acts} acts with {filter} {value:?}"),
        );
    }
    let table = page.download(|page| page.click("#journal-export"));
    let table = std::fs::read_to_string(table).unwrap();
    assert_eq!(
        table.lines().count(),
        4,
        "what is listed, and the names of the columns: {table}"
    );
    assert!(
        table.contains(",Cleo,") && table.contains("unicode_names v1,label,,v1,"),
        "{table}"
    );
    assert_eq!(page.texts(".undo").len(), 1, "what others did is theirs");
    page.click(".undo");
    page.wait_for_text("unicode_names v1: archived");
    page.wait_until_saved();
    page.evaluate("location.hash = '#/'");
    page.wait_for_text("Show 1 archived");
    assert_eq!(page.texts("#models tbody tr").len(), 2);

    // Taking back is an act like any other.
    page.evaluate("location.hash = '#/version/' + encodeURIComponent('unicode-names@65c25b169a09bb0a')");
    page.click(".history summary");
    page.wait_for(
        "document.querySelectorAll('.history .acts li').length === 2",
        "its history",
    );
    page.click(".history .undo");
    page.wait_for("!document.body.innerText.includes('Archived: not')", "it is back");
    page.wait_until_saved();
    page.assert_no_trouble();
}
