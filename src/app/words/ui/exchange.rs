//! What goes between people: the preview of an import, signed exports, known keys, the team's folder.

use crate::app::words::count;

// An import under way.
/// Before the name of the file.
pub const IMPORT_FILE: &str = "Import ";
pub const WRITING: &str = "Writing the catalogue…";
pub const READING: &str = "Reading and checking…";
pub const TAKING_IN: &str = "Taking it in…";

// Its preview.
pub const PREVIEW: &str = "Import preview";
/// Before the moment of the export, and by whom.
pub const EXPORTED: &str = "Exported ";
pub const ALREADY_HERE: &str = " already here";
pub const REFUSED: &str = " refused";
pub const NOTHING_NEW: &str = "Close: nothing is new";
/// After how many entries are new: which records these make.
pub fn adds(records: &[String]) -> String {
    match records {
        [] => String::new(),
        records => format!(": adds {}", records.join(", ")),
    }
}
pub fn dated_ahead(entries: usize) -> String {
    format!(
        "{} dated more than a day ahead: a clock was wrong. They are imported as they are.",
        count(entries, "new entry")
    )
}
/// After how many conflicts there are.
pub const CONFLICTS_AFTERWARDS: &str =
    ": you and others changed the same thing. Both values are kept; you decide afterwards.";
pub fn inspections(files: usize) -> String {
    format!(
        "What {} say of themselves, as the exporting Modelbook read it. What was read here stays.",
        count(files, "model file")
    )
}
pub fn inspections_left_out(files: usize) -> String {
    format!(
        "What {} say of themselves is left out: it cannot be read, or is too much.",
        count(files, "model file")
    )
}
pub fn import_entries(entries: usize) -> String {
    format!("Import {}", count(entries, "entry"))
}

// Who signed it.
pub const NOT_SIGNED: &str = "Not signed";
pub const SIGNED_BY_YOU: &str = "Signed with your own key; the signature holds";
/// Before the name, and after it.
pub const SIGNED_BY: (&str, &str) = ("Signed by ", "; the signature holds");
/// Before the fingerprint, and after it.
pub const SIGNED_UNKNOWN: (&str, &str) = (
    "Signed with an unknown key; the signature holds. Its fingerprint: ",
    ". Compare it by voice with the one that its owner sees, then name the key: ",
);
pub const WHOSE_KEY: &str = "Whose key it is";
pub const KNOW_KEY: &str = "I know this key";

// The page.
pub const EXPORTS_ARE_FILES: &str = "Exports are files: mail them, commit them, put them anywhere. Importing adds \
    what is new and loses nothing.";
pub const EXPORT_INSPECTIONS: &str = " Put what the model files say of themselves into exports";
pub const EXPORT_INSPECTIONS_TOLD: &str = "Formats, tensors with their digests, metadata, imports of pickles: others \
    can then look at your versions and compare them without having the files. Until this page is closed; some 150 \
    bytes for each tensor.";

// Signed exports.
pub const SIGNED_EXPORTS: &str = "Signed exports";
pub const SIGNATURE_SHOWS: &str = "A signature shows that the file is, byte for byte, what the holder of a key \
    exported. It does not show when, nor that the holder told the truth, nor who that is: for this, compare the key's \
    fingerprint by voice.";
pub const EXPORT_SIGNED: &str = "Export signed";
pub const EXPORT_SIGNED_HINT: &str = "Download the whole catalogue, signed with this browser's key";
pub const OWN_FINGERPRINT: &str = "The fingerprint of your key, to be read to others:";
pub const THE_FINGERPRINT: &str = "the fingerprint";
pub const KEY_STAYS: &str = "The key was made in this browser and cannot be taken out of it.";
pub const KEY_TO_COME: &str = "Your key is made with the first signed export, and stays in this browser.";

// Known keys.
pub const KNOWN_KEYS: &str = "Keys you know";
pub const FORGET: &str = "Forget";

// The folder.
pub const FOLDER: &str = "Folder";
pub const FOLDER_TOLD: &str = "A folder that your team already shares (Syncthing, Dropbox, git, a network drive). What \
    you write goes into a file of your own there; what others write is read as soon as their files arrive. No server \
    of ours.";
pub const CHOOSE_FOLDER: &str = "Choose the folder";
/// After the name of the folder.
pub const FOLDER_ASLEEP: &str = ": the browser wants your word again. ";
pub const GO_ON: &str = "Go on with it";
/// Before the name of the folder.
pub const FOLDER_LIVE: &str = "Live: ";
pub const LEAVE_FOLDER: &str = "Leave it";
