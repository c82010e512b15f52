//! The words of the page stand in `app/words`, where a translator finds them: none is written where it is drawn.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

/// Attributes that are read, or read aloud.
const SPOKEN: &[&str] = &["aria-label", "title", "placeholder", "label", "alt", "aria-description"];

/// What has letters and is no word of the page: keys, what the browser calls things, classes.
const ALLOWED: &[&str] = &[
    "Ctrl K",
    "Cmd K",
    "ArrowDown",
    "ArrowUp",
    "Enter",
    "Files",
    "{} colour-{number}",
];

#[test]
fn no_word_is_written_where_it_is_drawn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/ui");
    let mut offences = Vec::new();
    let mut files = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let found = words_in(&fs::read_to_string(&path).unwrap());
        offences.extend(found.into_iter().map(|(line, text)| format!("{name}:{line}: {text:?}")));
        files += 1;
    }
    assert!(files > 20, "the drawing code is there");
    assert!(offences.is_empty(), "these go to src/app/words/ui: {offences:#?}");
}

#[test]
fn no_script_of_the_page_has_words_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www");
    for name in ["stopped.js", "boot.js"] {
        let script = fs::read_to_string(folder.join(name)).unwrap();
        let templates = script.split('`').skip(1).step_by(2);
        let templates = templates.map(|text| text.replace("${", "{"));
        let own: Vec<_> = words_in(&script)
            .into_iter()
            .map(|(_, text)| text)
            .chain(templates.filter(|text| is_read("", text)))
            .collect();
        assert!(
            own.is_empty(),
            "www/{name}: these go to src/app/words/ui/stopped.rs: {own:#?}"
        );
    }
}

#[test]
fn a_word_that_is_written_where_it_is_drawn_is_seen() {
    for (code, expected) in [
        (r#"view! { <h1>"models"</h1> }"#, &["models"][..]),
        (r#"view! { {name} "of it" <b>"so"</b> }"#, &["of it", "so"]),
        (r#"<button aria-label="close">"×"</button>"#, &["close"]),
        (r#"<i title=format!("{n} bytes")></i>"#, &["{n} bytes"]),
        (r#"{move || if done() { "Copied" } else { say::COPY }}"#, &["Copied"]),
        (r#"format!("{left} left")"#, &["{left} left"]),
        ("view! { <p>\n    // A remark.\n    \"none\"\n</p> }", &["none"]),
        (r#"<kbd>"Ctrl K"</kbd> " · " {format!("{a}: {b}")}"#, &[]),
        (r#"<p class="a b" id="it" role="status">{say::IT}</p>"#, &[]),
        (r#"format!("palette-{at}") // "Not this""#, &[]),
        (r#"match key { 'x' => "sort", '"' => "chip bad" }"#, &[]),
    ] {
        let found: Vec<_> = words_in(code).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, expected, "{code}");
    }
}

/// The literals that a person would read, each with its line.
fn words_in(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // What stands before a literal, without remarks and spaces.
    let mut before = String::new();
    let mut rest = code;
    while let Some(next) = rest.chars().next() {
        let at = code.len() - rest.len();
        let len = match next {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '\'' if rest.starts_with("'\"'") => 3,
            '"' => {
                let text = literal(rest);
                if is_read(&before, text) {
                    found.push((code[..at].lines().count(), text.to_owned()));
                }
                before.push('"');
                text.len() + 2
            }
            other => {
                if !other.is_whitespace() || before.ends_with(char::is_alphanumeric) {
                    before.push(other);
                }
                other.len_utf8()
            }
        };
        rest = &rest[len..];
    }
    found
}

/// What stands between the quotes.
fn literal(code: &str) -> &str {
    let inside = &code[1..];
    let mut is_escaped = false;
    let end = inside.find(|character| {
        let is_end = character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        is_end
    });
    &inside[..end.unwrap()]
}

/// Whether a literal is a word of the page: where it stands says so, or that it is written like one.
fn is_read(before: &str, text: &str) -> bool {
    let parts = text.split('{').enumerate();
    let parts = parts.map(|(place, part)| {
        if place == 0 {
            part
        } else {
            part.split_once('}').map_or("", |part| part.1)
        }
    });
    let bare: String = parts.collect();
    if !bare.contains(char::is_alphabetic) || ALLOWED.contains(&text) {
        return false;
    }
    let before = before.trim_end();
    let is_text = before.ends_with("view!{") || before.ends_with(['}', '"']) || is_tag_end(before);
    let before = before.trim_end_matches("format!(");
    let attribute = before.strip_suffix('=').unwrap_or("");
    let is_spoken = SPOKEN.iter().any(|name| {
        let rest = attribute.strip_suffix(name);
        rest.is_some_and(|rest| {
            !rest.ends_with(|before: char| before.is_alphanumeric() || before == '-' || before == ':')
        })
    });
    let mut letters = bare.chars();
    let is_upper = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    let is_sentence = is_upper || bare.starts_with(' ') || bare.ends_with(' ');
    let is_attribute = !attribute.is_empty();
    is_text || is_spoken || (is_sentence && !is_attribute)
}

/// Whether this ends a tag, and not an arm of a `match`.
fn is_tag_end(before: &str) -> bool {
    before.ends_with('>') && !before.ends_with("=>")
}
