//! Catalogue files that are not what they should be: a clear word, and nothing lost.

use std::fs;

use crate::support::{Desk, assert_same_but_for_exporter, fixture};

#[test]
fn a_file_by_other_hands_is_imported_and_comes_out_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let from_newer = fixture("catalogues/from-newer.modelbook.json");
    // Under another name it is still known for what it is, byte order mark or not.
    let renamed = folder.path().join("download (1).txt");
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(fs::read(&from_newer).unwrap());
    fs::write(&renamed, bytes).unwrap();
    let mut page = Desk::new().open(None);
    page.drop_files(&[&renamed]);
    page.wait_for_text("14 new entries");
    page.click("#import-confirm");
    page.wait_for_text("3 entries from a newer Modelbook: kept and exported, not shown.");
    page.wait_until_saved();
    page.reload();
    page.wait_for_text("3 entries from a newer Modelbook");
    let export = page.download(|page| page.click("#export"));
    assert_same_but_for_exporter(&from_newer, &export);
    page.assert_no_trouble();
}

#[test]
fn what_is_no_catalogue_is_refused_by_name_and_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let good = fs::read_to_string(fixture("catalogues/two-writers.modelbook.json")).unwrap();
    let mut page = Desk::new().open(None);
    for (number, (text, words)) in [
        (String::new(), "the file is empty"),
        ("{\"some\": \"json\"}".to_owned(), "no Modelbook catalogue"),
        ("not json".to_owned(), "the file is not JSON"),
        (good[..good.len() / 2].to_owned(), "it was cut off"),
        (
            good.replace("\"modelbook\":1", "\"modelbook\":2"),
            "written by a newer Modelbook",
        ),
        (good.replace("\"exported_by\":", "\"exported_at\":"), "stands twice"),
        (
            format!("{{\"modelbook\":1,\"journal\":{}", "[".repeat(100_000)),
            "nested deeper than",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.path().join(format!("bad-{number}.modelbook.json"));
        fs::write(&path, text).unwrap();
        page.drop_files(&[&path]);
        let name = format!("bad-{number}.modelbook.json");
        page.wait_for(
            &format!("document.querySelector('.notices')?.innerText.includes('{name}')"),
            "it is told",
        );
        let notice = page
            .texts(".notice")
            .into_iter()
            .find(|notice| notice.contains(&name))
            .unwrap();
        assert!(
            notice.contains("Nothing was imported") && notice.contains(words),
            "{notice}"
        );
    }
    assert_eq!(page.texts("#preview").len(), 0);
    page.assert_no_trouble();
}

#[test]
fn one_altered_entry_is_refused_by_its_id_and_the_rest_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let altered = folder.path().join("altered.modelbook.json");
    let good = fs::read_to_string(fixture("catalogues/two-writers.modelbook.json")).unwrap();
    fs::write(&altered, good.replace("seed 8", "seed 9")).unwrap();
    let line = good.lines().rev().find(|line| line.contains("seed 8")).unwrap();
    let entry: serde_json::Value = serde_json::from_str(line.trim_end_matches(',')).unwrap();
    let mut page = Desk::new().open(None);
    page.drop_files(&[&altered]);
    page.wait_for_text("9 new entries");
    let refused = page.text("#preview-refused");
    assert!(
        refused.contains("1 refused") && refused.contains(entry["id"].as_str().unwrap()),
        "{refused}"
    );
    page.click("#import-confirm");
    page.wait_for_text("tiny CNN");
    page.wait_until_saved();
    // The good file brings what was refused.
    page.drop_files(&[&fixture("catalogues/two-writers.modelbook.json")]);
    page.wait_for_text("1 new entry");
    page.click("#import-confirm");
    page.wait_until_saved();
    let export = page.download(|page| page.click("#export"));
    assert_same_but_for_exporter(&fixture("catalogues/two-writers.modelbook.json"), &export);
    page.assert_no_trouble();
}
