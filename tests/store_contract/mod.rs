//! What every store must do, told once: run against the store in memory and against IndexedDB.

use std::sync::Arc;

use modelbook::app::store::{Batch, Import, Profile, ROW_BYTES, Row, Store, StoreError, Writer};
use modelbook::journal::{Change, Draft, Entry, Object, RecordRef, Timestamp, Value, WriterId};

/// Takes a new store through what the page does with one.
pub async fn check(store: &impl Store) {
    assert_eq!(store.writer().await, Ok(Writer::default()), "a new store knows nobody");
    assert_eq!(store.read(0, 9).await, Ok(Vec::new()), "and is empty");

    let (a, b, c) = (entry(1, "a"), entry(2, "b"), entry(3, "c"));
    store.append(&batch(0, 2, &[&a, &b], None)).await.unwrap();
    let first = vec![row(1, &[&a, &b], None)];
    assert_eq!(store.read(0, 9).await, Ok(first.clone()), "what was appended is there");

    for head_seen in [0, 1, 3] {
        let late = store.append(&batch(head_seen, 9, &[&c], None)).await;
        assert_eq!(late, Err(StoreError::HeadMoved), "another tab wrote first");
    }
    assert_eq!(store.read(0, 9).await, Ok(first), "and nothing was appended");

    let import = Import {
        at: Timestamp::from_milliseconds(1_795_000_000_123),
        file_name: "team.modelbook.json".to_owned(),
    };
    store.append(&batch(2, 2, &[&b, &c], Some(&import))).await.unwrap();
    let second = row(2, &[&b, &c], Some(&import));
    assert_eq!(store.read(1, 9).await, Ok(vec![second.clone()]), "only what is after");
    assert_eq!(
        store.read(1, 9).await.unwrap().len() + store.read(0, 1).await.unwrap().len(),
        2
    );

    store.save_profile(&profile(1, "Ada")).await.unwrap();
    assert_eq!(store.writer().await, Ok(writer(profile(1, "Ada"), 2)));
    store.save_profile(&profile(2, "Ada L.")).await.unwrap();
    let same_writer = profile(1, "Ada L.");
    assert_eq!(
        store.writer().await,
        Ok(writer(same_writer.clone(), 2)),
        "the first writer stays"
    );

    // Long batches are many rows, and one transaction.
    let long = entry(4, &"x".repeat(ROW_BYTES / 2));
    store.append(&batch(2, 5, &[&long, &a, &long, &a], None)).await.unwrap();
    assert_eq!(store.writer().await, Ok(writer(same_writer, 5)));
    assert_eq!(
        store.read(2, 9).await,
        Ok(vec![row(3, &[&long, &a], None), row(4, &[&long, &a], None)])
    );
}

fn entry(seq: u64, name: &str) -> Arc<Entry> {
    let record = RecordRef {
        kind: "model".to_owned(),
        id: "net".to_owned(),
    };
    let facts = Object::from_iter([("name".to_owned(), Value::from(name))]);
    let draft = Draft {
        writer: WriterId::from_bytes([1; 8]),
        seq,
        prev: None,
        at: Timestamp::from_milliseconds(1_795_000_000_000),
        author: "Zoë".to_owned(),
        reason: None,
        change: Change::Create { record, facts },
    };
    Arc::new(draft.seal())
}

fn batch(head_seen: u64, head: u64, entries: &[&Arc<Entry>], import: Option<&Import>) -> Batch {
    let import = import.map(|import| Arc::new(import.clone()));
    Batch {
        entries: entries
            .iter()
            .map(|entry| (Arc::clone(entry), import.clone()))
            .collect(),
        head_seen,
        head,
    }
}

fn row(number: u64, entries: &[&Arc<Entry>], import: Option<&Import>) -> Row {
    let lines: Vec<_> = entries.iter().map(|entry| entry.text()).collect();
    Row {
        number,
        text: lines.join("\n"),
        import: import.cloned(),
    }
}

fn writer(profile: Profile, head: u64) -> Writer {
    Writer {
        profile: Some(profile),
        head,
        is_newer: false,
    }
}

fn profile(writer: u8, author: &str) -> Profile {
    Profile {
        writer: WriterId::from_bytes([writer; 8]),
        author: author.to_owned(),
        known_keys: [("07".repeat(32), format!("{author}'s friend"))].into(),
    }
}
