//! What stands around every page: the navigation, the search box, messages, the palette, the shortcuts; and the settings.

use crate::app::words::count;

// The navigation.
pub const SKIP: &str = "Skip to the content";
pub const MODELBOOK: &str = "Modelbook";
pub const PAGES: &str = "Pages";
pub const WHAT_IS_THIS: &str = "What is this";
pub const COMMANDS: &str = "Commands";
pub const OPEN_COMMANDS: &str = "Commands ";
pub const OPEN_SHORTCUTS: &str = "Shortcuts ";
pub const CHANGE_NAME: &str = "Change your name";

// Whether all is saved.
pub const OPENING: &str = "Opening…";
pub const SAVED: &str = "Saved";
pub const SAVING: &str = "Saving…";
pub const NO_STORAGE: &str = "No storage";
pub fn not_saved(changes: usize) -> String {
    format!("{} not saved", count(changes, "change"))
}

// The top bar.
pub const SEARCH_LABEL: &str = "Search names, notes and digests";
pub const SEARCH_HINT: &str = "Search names, notes, digests";
pub const IMPORT_HINT: &str = "Add a catalogue file that a teammate exported";
pub const EXPORT_HINT: &str = "Download the whole catalogue as one JSON file";

// Messages.
pub const TRY_AGAIN: &str = "Try again";
pub const GO_ON_WITHOUT: &str = "Go on without them";
pub const DISMISS_MESSAGE: &str = "Dismiss this message";
pub const CLOSE_MESSAGE: &str = "Close this message";

// A moment of the past.
pub const AS_OF_BUTTON: &str = "As of…";
pub const AS_OF_HINT: &str = "See any page as it was at a date and time";
pub const NOW: &str = "Now";
pub const DATE_AND_TIME: &str = "Date and time";
/// Before the moment that is looked at, and after it.
pub const AS_OF: (&str, &str) = (
    "As of ",
    "This is what the entries up to then say. Nothing can be changed while you look back.",
);

// The sample.
pub const TRY_SAMPLE: &str = "try it with a sample catalogue";
pub const REMOVE_SAMPLE: &str = "Remove the sample";
/// What is seen, and what can be done with it.
pub const SAMPLE: (&str, &str) = (
    "A sample catalogue.",
    "Look around: it is not saved, and cannot be changed. Drop files of your own at any time.",
);

// The palette.
pub const PALETTE_HINT: &str = "Go to, do, find";
pub const PALETTE_FINDS: &str = "What that finds";

// The shortcuts.
pub const SHORTCUTS: &str = "Keyboard shortcuts";
pub const OR: &str = " or ";
pub const ALL_COMMANDS: &str = "All commands, pages and models";
pub const SINGLE_KEYS_OFF: &str = "Single keys are switched off.";
/// Before the link to the settings, the link, and after it.
pub const SINGLE_KEYS_IN_SETTINGS: (&str, &str, &str) = ("Single keys can be switched off in the ", "settings", ".");

// The settings.
pub const WHO_YOU_ARE: &str = "Who you are";
/// The label of the field, and that it may stay empty.
pub const YOUR_NAME: (&str, &str) = ("Your name ", "optional");
pub const YOUR_NAME_STANDS: &str = "Stands beside what you register and write, here and in exports. Nobody checks it.";
pub const KEYBOARD: &str = "Keyboard";
pub const SINGLE_KEYS: &str = "Single keys are shortcuts";
/// Before the key that lists them, and after it.
pub const SINGLE_KEYS_TOLD: (&str, &str) = (
    "Press ",
    " to see them. Switch them off if you dictate, or press keys by accident; Ctrl-K or Cmd-K always works.",
);
pub const WHERE_CATALOGUE: &str = "Where your catalogue is";
pub const WHERE_CATALOGUE_TOLD: &str = "In this browser's storage on this device, and nowhere else. Another browser, \
    or a private window, has another one. Export a copy now and then; a team's copies merge without loss.";
