//! What goes between people: the preview of an import, signed exports, known keys, the team's folder.

use crate::app::words::count;

// An import under way.
/// Before the name of the file.
pub const IMPORT_FILE: &str = "Import ";
pub const WRITING: &str = "Writing the catalogue…";
pub const READING: &str = "Reading and checking…";
pub const TAKING_IN: &str = "Adding its entries…";

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
pub const KNOW_KEY: &str = "Name the key";

// The page.
pub const EXPORTS_ARE_FILES: &str = "Share exports by mail, git or any other way. Importing adds what is new and loses \
    nothing.";
pub const EXPORT_INSPECTIONS: &str = " Export what the model files say of themselves too";
pub const EXPORT_INSPECTIONS_TOLD: &str = "Others can then inspect and compare your versions without the files. About \
    150 bytes for each tensor; holds until you close this page.";

// Signed exports.
pub const SIGNED_EXPORTS: &str = "Signed exports";
pub const SIGNATURE_SHOWS: &str = "Who imports a signed export sees whose key signed it, and that nothing was changed \
    since.";
/// The line that opens the rest, and the rest.
pub const SIGNATURE_SHOWS_NOT: (&str, &str) = (
    "What a signature does not show",
    "When the file was exported, whether what it says is true, and who holds the key: for this, compare the key's \
     fingerprint by voice.",
);
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
pub const FOLDER: &str = "Shared folder";
pub const FOLDER_TOLD: &str = "Choose a folder that your team synchronises already: Syncthing, Dropbox, git, a network \
    drive. Changes then go both ways through files in it.";
pub const CHOOSE_FOLDER: &str = "Choose the folder";
/// After the name of the folder.
pub const FOLDER_ASLEEP: &str = ": after a restart the browser asks for your permission again. ";
pub const GO_ON: &str = "Reconnect";
/// Before the name of the folder.
pub const FOLDER_LIVE: &str = "Connected: ";
pub const LEAVE_FOLDER: &str = "Disconnect";
