//! What only a browser can answer, in its window: slices of files, and the store.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

mod hashing_cases;
mod store_contract;

use modelbook::app::store::Store as _;
use modelbook::web::store::IndexedStore;
use modelbook::web::strict;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn files_are_hashed_by_slices() {
    hashing_cases::check().await;
}

#[wasm_bindgen_test]
async fn indexed_db_keeps_the_contract() {
    let name = fresh_name("contract");
    let store = IndexedStore::open(&name).await.unwrap();
    store_contract::check(&store).await;
    let before = store.load().await.unwrap();
    store.close();
    let reopened = IndexedStore::open(&name).await.unwrap();
    assert_eq!(
        reopened.load().await.unwrap(),
        before,
        "all is there when it is opened again"
    );
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
