//! The store in memory keeps the contract that IndexedDB keeps (tests/browser.rs).
#![allow(clippy::unwrap_used)]

mod store_contract;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use modelbook::app::store::MemoryStore;

#[test]
fn the_store_in_memory_keeps_the_contract() {
    let store = MemoryStore::default();
    let contract = pin!(store_contract::check(&store));
    // It never waits for anything.
    assert_eq!(contract.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(()));
}
