//! Catalogues in and out.

use std::sync::Arc;

use super::*;
use crate::format::{Facts, Inspected};

#[test]
fn an_import_is_shown_first_then_written_at_once_and_never_twice() {
    let mut desk = Desk::new();
    desk.now_ms = "2026-11-01T00:00:00.000Z".parse::<Timestamp>().unwrap().milliseconds();
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    let preview = desk.preview();
    assert_eq!(
        (preview.new.len(), preview.known, preview.summary.refused_count),
        (10, 0, 0)
    );
    assert_eq!(
        (
            preview.created(kind::MODEL),
            preview.created(kind::VERSION),
            preview.created(kind::NOTE)
        ),
        (2, 2, 1)
    );
    assert_eq!((preview.sets, preview.ahead), (5, 10), "dated more than a day ahead");
    assert!(desk.state.journal.is_empty(), "only shown");
    desk.slow = true;
    desk.send(Message::ImportConfirmed);
    assert_eq!(
        (desk.appends.len(), desk.appends[0].entries.len()),
        (1, 10),
        "one transaction"
    );
    desk.answer_appends();
    assert_eq!(desk.saving(), Saving::Saved);
    assert!(desk.state.preview.is_none());

    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    let preview = desk.preview();
    assert_eq!((preview.new.len(), preview.known), (0, 10));
    let from_newer = include_str!("../../../tests/fixtures/catalogues/from-newer.modelbook.json");
    desk.read_catalogue("newer.modelbook.json", from_newer);
    let preview = desk.preview();
    assert_eq!((preview.new.len(), preview.known, preview.not_shown), (4, 10, 3));
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    desk.send(Message::ImportConfirmed);
    assert_eq!((desk.appends.len(), desk.stored().len()), (0, 10));

    desk.send(Message::ExportAsked);
    let (name, text) = &desk.downloads[0];
    assert!(
        name.starts_with("modelbook-2026-11-0") && name.ends_with(".modelbook.json"),
        "{name}"
    );
    let but_for_exporter = |text: &str| {
        text.lines()
            .enumerate()
            .filter(|(at, _)| *at != 1)
            .map(|(_, line)| line.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(but_for_exporter(text), but_for_exporter(TWO_WRITERS));

    // What is written after an import is dated after all that was seen.
    desk.slow = false;
    desk.register(1, "net.bin", "weights");
    assert_eq!(
        desk.state.journal.latest().unwrap().writer(),
        WriterId::from_bytes([7; 8])
    );
}

#[test]
fn what_model_files_say_goes_along_when_it_is_asked_for() {
    let mut ada = Desk::new();
    ada.send(Message::AuthorNamed("Ada".to_owned()));
    let said = Arc::new(Inspected {
        facts: Facts::of("gguf"),
        ..Inspected::default()
    });
    ada.drop_files(&[(1, "net.gguf", 7)]);
    ada.send(Message::Hashing(1, HashEvent::Inspected(Arc::clone(&said))));
    ada.hashed(1, "weights");
    let group = ada.group_of("net.gguf");
    ada.send(Message::GroupRegistered(group));
    ada.send(Message::ExportAsked);
    ada.send(Message::InspectionsExported(true));
    ada.send(Message::ExportAsked);
    let (without, with) = (ada.downloads[0].1.clone(), ada.downloads[1].1.clone());
    assert!(!without.contains("inspections") && with.contains("\"inspections\""));

    let mut ben = Desk::of(9);
    ben.read_catalogue("ada.modelbook.json", without);
    assert_eq!(ben.preview().inspections.len(), 0);
    ben.read_catalogue("ada.modelbook.json", with.replace("\"gguf\"", "7"));
    assert_eq!(
        (ben.preview().inspections.len(), ben.preview().inspections_left),
        (0, 1)
    );
    ben.read_catalogue("ada.modelbook.json", with);
    assert_eq!(
        (ben.preview().inspections.len(), ben.preview().inspections_left),
        (1, 0)
    );
    assert_eq!(ben.others_inspections, [], "only shown");
    ben.send(Message::ImportConfirmed);
    let expected = format!("Ada: {}", said.to_json());
    assert_eq!(ben.others_inspections, [(Digest::of(b"weights"), expected)]);
}

#[test]
fn an_altered_entry_is_refused_by_its_id_and_an_import_can_be_left() {
    let mut desk = Desk::new();
    desk.read_catalogue("a.json", TWO_WRITERS.replace("v1-final", "v2-final"));
    let preview = desk.preview();
    assert_eq!((preview.new.len(), preview.summary.refused_count), (9, 1));
    let words = preview.summary.refused[0].clone();
    assert!(
        words.contains("e0b1faaab5f15cd4cdca202b8f344d93ced8c3adb86f944cf860b9c85f0ddeff") && words.contains("altered"),
        "{words}"
    );
    desk.send(Message::ImportDropped);
    assert!(desk.state.preview.is_none() && desk.state.journal.is_empty());
    desk.send(Message::ImportConfirmed);
    assert!(desk.state.journal.is_empty());
}

#[test]
fn what_is_no_catalogue_is_told_by_name() {
    let too_long = ReadError::TooLong { limit_bytes: 5 };
    for (answer, words) in [
        (Ok(Vec::new()), "is empty"),
        (Ok(b"{}".to_vec()), "no Modelbook catalogue"),
        (Ok(b"\xff".to_vec()), "not UTF-8"),
        (Ok(TWO_WRITERS.as_bytes()[..900].to_vec()), "cut off"),
        (
            Ok(TWO_WRITERS.replace("\"modelbook\":1", "\"modelbook\":9").into_bytes()),
            "newer Modelbook (version 9",
        ),
        (Err(ReadError::NotReadable), "changed, moved or deleted"),
        (Err(too_long), "longer than 5 bytes"),
    ] {
        let mut desk = Desk::new();
        match answer {
            Ok(bytes) => desk.read_catalogue("that.json", bytes),
            Err(error) => {
                desk.choose_catalogue("that.json");
                desk.send(Message::CatalogueRead(CatalogueEvent::Failed(error)));
            }
        }
        let (level, text) = desk.only_notice();
        assert_eq!(level, Level::Error);
        assert!(
            text.contains("Nothing was imported") && text.contains("that.json") && text.contains(words),
            "{text}"
        );
        assert!(desk.state.preview.is_none());
    }
}

#[test]
fn a_catalogue_among_dropped_files_is_imported_whatever_its_name() {
    let mut desk = Desk::new();
    desk.drop_files(&[
        (1, "folder/Team.Modelbook.JSON", 10),
        (2, "folder/download.txt", TWO_WRITERS.len() as u64),
        (3, "folder/net.bin", 1),
    ]);
    assert_eq!(desk.reading, [1]);
    desk.hashed(2, TWO_WRITERS);
    assert_eq!(desk.reading, [1, 2]);
    assert_eq!(desk.preview().file_name, "folder/download.txt");
    desk.hashed(3, "x");
    let group = desk.state.intake.group(desk.group_of("folder/net.bin")).unwrap();
    assert_eq!(group.files, [3], "it is no file of the model");
    desk.send(Message::ImportDropped);
    desk.drop_files(&[(4, "huge.modelbook.json", 1 << 40)]);
    assert!(desk.only_notice().1.contains("longer than"));
    assert_eq!(desk.reading.len(), 2);
}

#[test]
fn a_preview_shows_what_people_set_apart_and_a_decision_is_one_entry() {
    let (mut ada, mut ben) = (Desk::new(), Desk::of(8));
    let note = DraftKey::Edit("0123456789abcdef".to_owned());
    for (desk, author, text) in [(&mut ada, "Ada", "seed 9"), (&mut ben, "Ben", "seed 10")] {
        desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
        desk.send(Message::ImportConfirmed);
        desk.send(Message::AuthorNamed(author.to_owned()));
        desk.send(Message::DraftEdited(note.clone(), text.to_owned()));
        desk.send(Message::DraftSaved(note.clone()));
    }
    ben.send(Message::ExportAsked);
    ada.read_catalogue("ben.modelbook.json", &ben.downloads[0].1);
    let preview = ada.preview();
    assert_eq!((preview.new.len(), preview.clashes.len(), preview.not_shown), (1, 1, 0));
    let clash = preview.clashes[0].clone();
    assert_eq!(
        (clash.title.as_str(), clash.field.as_str()),
        ("Note on tiny CNN v1-final", "text")
    );
    let sides = |clash: &Clash| -> Vec<(String, String)> {
        let sides = clash.sides.iter();
        sides.map(|side| (side.text.clone(), side.author.clone())).collect()
    };
    let pair = |text: &str, author: &str| (text.to_owned(), author.to_owned());
    assert_eq!(sides(&clash), [pair("seed 9", "Ada"), pair("seed 10", "Ben")]);
    assert_eq!(ada.state.catalogue.conflict_count(), 0, "only shown");
    ada.send(Message::ImportConfirmed);
    assert_eq!(clashes(&ada.state.catalogue), std::slice::from_ref(&clash));
    // The same file again brings no new conflict.
    ada.read_catalogue("ben.modelbook.json", &ben.downloads[0].1);
    assert_eq!(ada.preview().clashes, []);
    ada.send(Message::ImportDropped);
    let before = ada.state.journal.len();
    for _ in 0..2 {
        let chosen = clash.sides[0].entry;
        ada.send(Message::ConflictResolved(
            clash.record.clone(),
            clash.field.clone(),
            chosen,
        ));
        assert_eq!(ada.state.journal.len(), before + 1, "decided once");
    }
    assert_eq!(ada.state.catalogue.note("0123456789abcdef").unwrap().text(), "seed 9");
    assert_eq!(ada.saving(), Saving::Saved);
}

#[test]
fn a_copied_profile_and_a_file_with_gaps_are_told_before_the_import() {
    // Two browsers with the same writer, as a copied profile has.
    let (mut desk, mut copy) = (Desk::new(), Desk::new());
    desk.register(1, "net.bin", "weights");
    copy.register(1, "other.bin", "other");
    copy.send(Message::ExportAsked);
    desk.read_catalogue("copy.modelbook.json", &copy.downloads[0].1);
    let odd = |desk: &Desk| -> Vec<String> {
        let preview = desk.preview();
        preview.odd.iter().map(words::odd).collect()
    };
    let told = odd(&desk);
    assert_eq!(told.len(), 3);
    assert!(
        told[0].starts_with("2 different entries are number 1 of writer 0707070707070707"),
        "{told:?}"
    );
    desk.send(Message::ImportConfirmed);
    assert_eq!(desk.state.journal.len(), 6, "both are kept");
    desk.read_catalogue("copy.modelbook.json", &copy.downloads[0].1);
    assert_eq!(odd(&desk), [] as [String; 0], "told once");

    let mut lines: Vec<_> = TWO_WRITERS.lines().collect();
    let second = lines
        .iter()
        .position(|line| line.contains("\"seq\":2,\"writer\":\"00000000000000ad\""))
        .unwrap();
    lines.remove(second);
    let mut desk = Desk::new();
    desk.read_catalogue("gap.modelbook.json", lines.join("\n"));
    assert_eq!(odd(&desk), ["Entry 2 of Ada (writer 00000000000000ad) is not here."]);
}

#[test]
fn a_file_that_is_older_or_was_cut_says_so() {
    let mut desk = Desk::new();
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    assert_eq!(desk.preview().stale, []);
    desk.send(Message::ImportConfirmed);
    let lines: Vec<_> = TWO_WRITERS.lines().collect();
    // Ada's last entry is the last line of the journal.
    let last = lines.iter().rposition(|line| line.contains("\"seq\":6")).unwrap();
    let mut cut = [&lines[..last], &lines[last + 1..]].concat().join("\n");
    let comma = cut.rfind(",\n]}").unwrap();
    cut.remove(comma);
    let older = cut.replace("\"seq\":6}", "\"seq\":5}");
    let told = |desk: &Desk| -> Vec<String> { desk.preview().stale.iter().map(words::stale).collect() };
    desk.read_catalogue("older.modelbook.json", &older);
    assert_eq!(
        told(&desk),
        ["This file is older than what you had seen of Ada's entries: it ends at entry 5, you have 6."]
    );
    let mut desk = Desk::new();
    desk.read_catalogue("older.modelbook.json", &older);
    assert_eq!(told(&desk), [] as [String; 0]);
    desk.read_catalogue("cut.modelbook.json", &cut);
    assert_eq!(
        told(&desk),
        ["The file says that the entries of Ada go up to 6; it has them up to 5: the last ones were left out."]
    );
}

#[test]
fn a_long_export_goes_on_piece_by_piece_and_can_be_stopped() {
    let mut desk = Desk::new();
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    desk.send(Message::ImportConfirmed);
    let version = desk.state.catalogue.versions().next().unwrap().id.to_owned();
    let values = (0..5_000).map(|n| (format!("tag/{n}"), Some(crate::journal::Value::from("x"))));
    desk.send(Message::PropertiesSet {
        version,
        values: values.collect(),
        reason: String::new(),
    });
    let now = |desk: &mut Desk| {
        desk.now_ms += 500;
        Timestamp::from_milliseconds(desk.now_ms)
    };
    let at = now(&mut desk);
    let goes_on = |effects: Vec<Effect>| matches!(&effects[..], [Effect::KeepExported(_), Effect::GoOnExporting]);
    assert!(goes_on(update(&mut desk.state, Message::ExportAsked, at)));
    assert_eq!(update(&mut desk.state, Message::ExportAsked, at), [], "it is under way");
    let at = now(&mut desk);
    assert!(goes_on(update(&mut desk.state, Message::ExportGoesOn, at)));
    let progress = desk.state.export.as_ref().unwrap().progress;
    assert_eq!(words::entries_pace(&progress), "1,000 of 5,015 · 5 s left");
    assert_eq!(
        update(&mut desk.state, Message::ExportStopped, at),
        [Effect::DropExported]
    );
    assert_eq!(update(&mut desk.state, Message::ExportGoesOn, at), [], "it was stopped");
    assert_eq!(desk.downloads.len(), 0);
    desk.send(Message::ExportAsked);
    let (_, text) = desk.downloads.pop().unwrap();
    assert_eq!(text.matches("\"prev\":").count(), 5_010);
    assert!(desk.state.export.is_none() && desk.state.keeping.marker.exported_at.is_some());
}

#[test]
fn checking_what_is_stored_says_how_far_it_is_and_can_be_stopped() {
    let mut desk = Desk::new();
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    desk.send(Message::ImportConfirmed);
    let at = |seconds: i64| Timestamp::from_milliseconds(1_795_000_000_000 + seconds * 1_000);
    for (message, seconds, expected, told) in [
        (
            Message::CheckAsked,
            0,
            vec![Effect::CheckStore],
            "Checking every entry…",
        ),
        (Message::CheckAsked, 0, vec![], "Checking every entry…"),
        (Message::CheckGoesOn(2), 0, vec![], "Checking every entry… 2 of 10"),
        (
            Message::CheckGoesOn(6),
            2,
            vec![],
            "Checking every entry… 6 of 10 · 2 s left",
        ),
        (
            Message::CheckStopped,
            3,
            vec![Effect::StopChecking],
            "Not all entries were checked: you stopped it.",
        ),
        (
            Message::CheckGoesOn(8),
            4,
            vec![],
            "Not all entries were checked: you stopped it.",
        ),
        (
            Message::CheckStopped,
            4,
            vec![],
            "Not all entries were checked: you stopped it.",
        ),
        (
            Message::CheckAsked,
            5,
            vec![Effect::CheckStore],
            "Checking every entry…",
        ),
    ] {
        assert_eq!(
            update(&mut desk.state, message.clone(), at(seconds)),
            expected,
            "{message:?}"
        );
        assert_eq!(words::check(&desk.state.check).0, told, "{message:?}");
    }
}
