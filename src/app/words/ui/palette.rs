//! The commands of the palette. Where each leads or what it does stands beside it in a word.

// What kind of thing is found.
pub const COMMAND: &str = "command";
pub const DIGEST: &str = "digest";
pub const MODEL: &str = "model";
pub const NOTE: &str = "note";
pub const PAGE: &str = "page";
pub const SEARCH_FOR: &str = "search";
pub const VERSION: &str = "version";

// What is found by what was typed.
pub fn what_is(digits: &str) -> String {
    format!("What is {digits}?")
}
pub fn search_for(text: &str) -> String {
    format!("Search for {text}")
}

// Commands.
pub const SEARCH: &str = "Search";
pub const CHOOSE_FOLDER: &str = "Choose a folder";
pub const IMPORT: &str = "Import a catalogue";
pub const EXPORT: &str = "Export the catalogue";
pub const LOOK_BACK: &str = "Look at an earlier moment";
pub const UNDO: &str = "Undo the last act";
pub const ADD_PROPERTIES: &str = "Add metrics, params, tags";
pub const EDIT_RECORD: &str = "Change status, description, licence";
pub const TO_MODEL: &str = "To the model";
pub const EVOLUTION: &str = "Evolution";
