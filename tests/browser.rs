//! What only a browser can answer, in its window: slices of files, and the store.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod hashing_cases;
mod store_contract;

use modelbook::app::store::{Profile, Store as _, StoreError};
use modelbook::journal::WriterId;
use modelbook::web::store::IndexedStore;
use modelbook::web::strict;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn both_kernels_give_known_answers() {
    hashing_cases::check_kernels().await;
}

#[wasm_bindgen_test]
async fn files_are_hashed_alone_and_beside_each_other() {
    hashing_cases::check().await;
}

#[wasm_bindgen_test]
async fn indexed_db_keeps_the_contract() {
    let name = fresh_name("contract");
    let store = IndexedStore::open(&name).await.unwrap();
    store_contract::check(&store).await;
    let before = store.read(0, 99).await.unwrap();
    store.close();
    let reopened = IndexedStore::open(&name).await.unwrap();
    let after = reopened.read(0, 99).await.unwrap();
    assert_eq!(after, before, "all is there when it is opened again");
    reopened.close();
}

#[wasm_bindgen_test]
async fn entries_of_the_first_form_of_the_database_are_carried_over() {
    let name = fresh_name("form 1");
    let first = rexie::Rexie::builder(&name)
        .version(1)
        .add_object_store(rexie::ObjectStore::new("entries").key_path("id"))
        .add_object_store(rexie::ObjectStore::new("profile"))
        .build()
        .await
        .unwrap();
    let transaction = first
        .transaction(&["entries"], rexie::TransactionMode::ReadWrite)
        .unwrap();
    let entries = transaction.store("entries").unwrap();
    for id in ["a", "b"] {
        let row = js_sys::Object::new();
        js_sys::Reflect::set(&row, &"id".into(), &id.into()).unwrap();
        js_sys::Reflect::set(&row, &"text".into(), &format!("text of {id}").into()).unwrap();
        entries.put(&row, None).await.unwrap();
    }
    transaction.done().await.unwrap();
    first.close();
    for _ in 0..2 {
        let store = IndexedStore::open(&name).await.unwrap();
        let rows = store.read(0, 9).await.unwrap();
        let texts: Vec<_> = rows.into_iter().map(|row| row.text).collect();
        assert_eq!(texts, ["text of a", "text of b"], "once");
        store.close();
    }
}

#[wasm_bindgen_test]
async fn a_database_of_a_newer_page_is_read_and_not_written_and_none_is_in_its_way() {
    let name = fresh_name("newer");
    let mut store = IndexedStore::open(&name).await.unwrap();
    let profile = Profile {
        writer: WriterId::from_bytes([1; 8]),
        author: "Ada".to_owned(),
        known_keys: Default::default(),
    };
    store.save_profile(&profile).await.unwrap();
    let told = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = std::rc::Rc::clone(&told);
    store.on_outdated(move || count.set(count.get() + 1));
    // A newer page asks for another form: it is not held up.
    let newer = rexie::Rexie::builder(&name)
        .version(99)
        .add_object_store(rexie::ObjectStore::new("log").key_path("n").auto_increment(true))
        .add_object_store(rexie::ObjectStore::new("profile"))
        .build()
        .await
        .unwrap();
    newer.close();
    assert_eq!(told.get(), 1);
    let reopened = IndexedStore::open(&name).await.unwrap();
    let writer = reopened.writer().await.unwrap();
    assert_eq!((writer.profile, writer.is_newer), (Some(profile.clone()), true));
    assert_eq!(reopened.read(0, 9).await, Ok(Vec::new()));
    assert_eq!(reopened.save_profile(&profile).await, Err(StoreError::Newer));
    reopened.close();
}

#[wasm_bindgen_test]
async fn what_is_written_is_on_the_disk_before_it_is_acknowledged() {
    let database = rexie::Rexie::builder(&fresh_name("strict"))
        .add_object_store(rexie::ObjectStore::new("rows"))
        .build()
        .await
        .unwrap();
    strict::install().unwrap();
    for (mode, expected) in [
        (rexie::TransactionMode::ReadWrite, Some("strict")),
        (rexie::TransactionMode::ReadOnly, None),
    ] {
        let transaction = database.transaction(&["rows"], mode).unwrap();
        let watched = strict::take_last();
        assert_eq!(watched.as_ref().map(|watched| watched.durability.as_str()), expected);
        drop(transaction);
    }
    database.close();
}

#[wasm_bindgen_test]
async fn a_failed_request_and_an_aborted_transaction_are_told_for_what_they_are() {
    let database = rexie::Rexie::builder(&fresh_name("abort"))
        .add_object_store(rexie::ObjectStore::new("rows"))
        .build()
        .await
        .unwrap();
    strict::install().unwrap();
    let transaction = database.transaction(&["rows"], rexie::TransactionMode::ReadWrite);
    let transaction = transaction.unwrap();
    let watched = strict::take_last().unwrap();
    let rows = transaction.store("rows").unwrap();
    rows.add(&1.into(), Some(&"key".into())).await.unwrap();
    // A key that is there: the request fails, and with it the transaction.
    assert!(rows.add(&2.into(), Some(&"key".into())).await.is_err());
    let thrown = watched.end().await.unwrap_err();
    assert_eq!(thrown.name, "ConstraintError");
    drop(transaction);
    database.close();
}

/// A database that no other test and no earlier run has.
fn fresh_name(what: &str) -> String {
    format!("test {what} {} {}", js_sys::Date::now(), js_sys::Math::random())
}
