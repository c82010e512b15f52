//! The place outside of the database that browsers give a page for small texts.

use web_sys::Storage;

use super::store::schema;
use crate::app::keeping::Marker;

/// What the keys of kept texts begin with.
const TEXTS: &str = "modelbook text ";

/// Whether there is one.
pub fn is_there() -> bool {
    place().is_some()
}

fn place() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// What is kept of how the database was.
pub fn marker() -> Marker {
    let text = place().and_then(|place| place.get_item(schema::MARKER).ok().flatten());
    Marker::from_text(&text.unwrap_or_default())
}

/// Keeps how the database is, beside what other tabs know of it.
pub fn keep_marker(new: Marker) {
    if let Some(place) = place() {
        // A browser without room for a few bytes has told so for the database.
        let _ = place.set_item(schema::MARKER, &new.in_place_of(marker()).to_text());
    }
}

/// The texts that are kept, by their keys.
pub fn texts() -> Vec<(String, String)> {
    let Some(place) = place() else {
        return Vec::new();
    };
    let keys = 0..place.length().unwrap_or(0);
    let keys = keys.filter_map(|at| place.key(at).ok().flatten());
    keys.filter_map(|key| {
        let text = place.get_item(&key).ok().flatten()?;
        Some((key.strip_prefix(TEXTS)?.to_owned(), text))
    })
    .collect()
}

/// Keeps a text under a key, or (None) no more.
pub fn keep_text(key: &str, text: Option<&str>) {
    if let Some(place) = place() {
        let key = format!("{TEXTS}{key}");
        // Without room for it a text is kept as long as the page is open.
        let _ = match text {
            Some(text) => place.set_item(&key, text),
            None => place.remove_item(&key),
        };
    }
}
