//! What every store must do, told once: run against the store in memory and against IndexedDB.

use modelbook::app::store::{Batch, Loaded, Profile, Store, StoreError};
use modelbook::journal::WriterId;

/// Takes a new store through what the page does with one.
pub async fn check(store: &impl Store) {
    assert_eq!(store.load().await, Ok(loaded(None, 0, &[])), "a new store is empty");

    store.append(&batch(0, 2, &["a", "b"])).await.unwrap();
    let all = loaded(None, 2, &["text of a", "text of b"]);
    assert_eq!(store.load().await, Ok(all.clone()), "what was appended is there");

    for head_seen in [0, 1, 3] {
        let late = store.append(&batch(head_seen, 9, &["c"])).await;
        assert_eq!(late, Err(StoreError::HeadMoved), "another tab wrote first");
    }
    assert_eq!(store.load().await, Ok(all), "and nothing was appended");

    store.append(&batch(2, 2, &["b", "imported"])).await.unwrap();
    let all = ["text of a", "text of b", "text of imported"];
    assert_eq!(store.load().await, Ok(loaded(None, 2, &all)), "an id is there once");

    store.save_profile(&profile(1, "Ada")).await.unwrap();
    assert_eq!(store.load().await, Ok(loaded(Some(profile(1, "Ada")), 2, &all)));
    store.save_profile(&profile(2, "Ada L.")).await.unwrap();
    let same_writer = Some(profile(1, "Ada L."));
    assert_eq!(
        store.load().await,
        Ok(loaded(same_writer.clone(), 2, &all)),
        "the first writer stays"
    );

    store.append(&batch(2, 3, &["d"])).await.unwrap();
    let all = ["text of a", "text of b", "text of d", "text of imported"];
    assert_eq!(store.load().await, Ok(loaded(same_writer, 3, &all)));
}

fn batch(head_seen: u64, head: u64, ids: &[&str]) -> Batch {
    Batch {
        entries: ids.iter().map(|id| (id.to_string(), format!("text of {id}"))).collect(),
        head_seen,
        head,
    }
}

fn loaded(profile: Option<Profile>, head: u64, texts: &[&str]) -> Loaded {
    Loaded {
        profile,
        head,
        entries: texts.iter().map(|text| text.to_string()).collect(),
    }
}

fn profile(writer: u8, author: &str) -> Profile {
    Profile {
        writer: WriterId::from_bytes([writer; 8]),
        author: author.to_owned(),
    }
}
