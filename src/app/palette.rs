//! The command palette: everything that can be done or gone to, by a few typed letters.

use super::acts::Filter;
use super::evolution::Choice;
use super::route::Route;
use super::words;
use super::{Message, State};
use crate::app::words::ui::{aliases, common, find, frame, intake, palette as say, records};
use crate::catalogue::kind;
use crate::catalogue::search::{Hit, digits_of, search};

/// So many are listed.
const ITEMS_MAX: usize = 30;

/// Something that can be chosen.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is called.
    pub title: String,
    /// What it is: `page`, `version`.
    pub hint: &'static str,
    /// What choosing it does.
    pub act: Act,
    /// The key that does it too, where nothing is being typed.
    pub key: Option<&'static str>,
}

/// What choosing does.
#[derive(Clone, Debug)]
pub enum Act {
    /// Goes to a page.
    Go(Route),
    /// Does it at once.
    Send(Box<Message>),
    /// Presses the button that has this id.
    Press(&'static str),
    /// Opens the part of the page that has this id, and goes to its first field.
    Open(&'static str),
    /// Goes to the field that has this id.
    Focus(&'static str),
}

/// What a text finds: commands that have all its words, then models, versions and notes.
pub fn items(state: &State, text: &str) -> Vec<Item> {
    let lower = text.to_lowercase();
    let words: Vec<_> = lower.split_whitespace().collect();
    let is_meant = |item: &Item| {
        let title = item.title.to_lowercase();
        words.iter().all(|word| title.contains(word))
    };
    let mut items: Vec<_> = commands(state).into_iter().filter(is_meant).collect();
    if let Some(digits) = digits_of(text) {
        let title = say::what_is(&digits);
        items.push(go(title, say::DIGEST, Route::What(digits)));
    }
    let catalogue = state.view();
    let hits = search(catalogue, text).into_iter().filter_map(|hit| match hit {
        Hit::Model(model) => Some(go(
            model.name().to_owned(),
            say::MODEL,
            Route::Model(model.id.to_owned()),
        )),
        Hit::Version(version, _) => {
            let title = words::title(catalogue, &version.record_ref());
            Some(go(title, say::VERSION, Route::version(version.id)))
        }
        Hit::Note(note) => {
            let target = note.targets().into_iter().find(|target| target.kind == kind::VERSION)?;
            let title = words::title(catalogue, &target);
            Some(go(words::note_on(&title), say::NOTE, Route::version(target.id)))
        }
    });
    items.extend(hits.take(ITEMS_MAX));
    if !text.trim().is_empty() {
        let text = text.trim().to_owned();
        items.push(go(say::search_for(&text), say::SEARCH_FOR, Route::Search(text)));
    }
    items.truncate(ITEMS_MAX);
    items
}

fn go(title: String, hint: &'static str, route: Route) -> Item {
    Item {
        title,
        hint,
        act: Act::Go(route),
        key: None,
    }
}

/// What can be done where the person is that has a key of its own.
pub fn shortcuts(state: &State) -> Vec<Item> {
    let mut items = commands(state);
    items.retain(|item| item.key.is_some());
    items
}

fn commands(state: &State) -> Vec<Item> {
    let command = |title: &str, act: Act| Item {
        title: title.to_owned(),
        hint: say::COMMAND,
        act,
        key: None,
    };
    let page = |title: &str, route: Route| go(title.to_owned(), say::PAGE, route);
    let with = |key, item: Item| Item { key: Some(key), ..item };
    let mut commands = vec![
        with("m", page(common::MODELS, Route::Models)),
        with("w", page(intake::WHAT_IS_THIS, Route::What(String::new()))),
        with("c", page(common::COMPARE, Route::Compare(Vec::new()))),
        with("j", page(common::JOURNAL, Route::Journal(Filter::default()))),
        with("t", page(common::TEAM, Route::Team)),
        with("s", page(common::SETTINGS, Route::Settings)),
        page(common::CONFLICTS, Route::Conflicts),
        page(find::FILTER_VERSIONS, Route::Search(String::new())),
        with("/", command(say::SEARCH, Act::Focus("search"))),
        with("f", command(intake::CHOOSE_FILES, Act::Press("choose-files"))),
        with("d", command(say::CHOOSE_FOLDER, Act::Press("choose-folder"))),
        with("i", command(say::IMPORT, Act::Press("import"))),
        with("e", command(say::EXPORT, Act::Send(Box::new(Message::ExportAsked)))),
        command(say::LOOK_BACK, Act::Press("as-of")),
        with("?", command(frame::SHORTCUTS, Act::Press("shortcuts-open"))),
    ];
    if state.last_act.is_some() {
        let undo = command(say::UNDO, Act::Send(Box::new(Message::LastUndone)));
        commands.push(with("u", undo));
    }
    match &state.route {
        Route::Version(id, _) => {
            commands.extend([
                command(records::MOVE_ALIAS_HERE, Act::Open("give-alias")),
                with("n", command(records::ADD_NOTE, Act::Press("add-note"))),
                command(say::ADD_PROPERTIES, Act::Open("quick")),
                command(say::EDIT_RECORD, Act::Open("edit-record")),
            ]);
            let before = super::comparing::with_before(state, id);
            commands.extend(before.map(|route| page(records::COMPARE_BEFORE, route)));
            let model = state.view().version(id).map(|version| version.facts.model.clone());
            commands.extend(model.into_iter().flat_map(|model| {
                let evolution = Route::Evolution(model.clone(), Choice::default());
                [
                    page(say::TO_MODEL, Route::Model(model)),
                    page(say::EVOLUTION, evolution),
                ]
            }));
        }
        Route::Model(model) => commands.extend([
            command(aliases::MOVE_ALIAS, Act::Open("move-alias")),
            page(say::EVOLUTION, Route::Evolution(model.clone(), Choice::default())),
        ]),
        Route::Evolution(model, _) => commands.push(page(say::TO_MODEL, Route::Model(model.clone()))),
        _ => {}
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::WriterId;

    #[test]
    fn commands_are_found_by_their_words() {
        let mut state = State::new(WriterId::from_bytes([1; 8]), 1);
        state.route = Route::version("net@0123456789abcdef");
        for (text, expected) in [
            ("alias move", &["Move an alias here", "Search for alias move"][..]),
            ("EXPORT", &["Export the catalogue", "Search for EXPORT"]),
            ("abcdef12", &["What is abcdef12?", "Search for abcdef12"]),
            ("nothing of the kind", &["Search for nothing of the kind"]),
        ] {
            let titles: Vec<_> = items(&state, text).into_iter().map(|item| item.title).collect();
            assert_eq!(titles, expected, "{text}");
        }
        assert!(items(&state, "").len() > 10);
    }
}
