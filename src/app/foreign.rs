//! Texts that come from outside: what they hide is shown, and names that only look like one another are told apart.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::catalogue::Catalogue;
use crate::catalogue::changes::model_id;

/// A text with what cannot be seen in it made visible: controls, and what has no width or turns the direction of what
/// follows, as `⟨U+202E⟩`. Line ends and tabs are white space, and stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for character in text.chars() {
        match is_hidden(character) {
            true => drop(write!(shown, "⟨U+{:04X}⟩", u32::from(character))),
            false => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

/// The name of a model that a new name could be taken for, though it is another.
///
/// This knows the letters that are mistaken most, not all of Unicode's: the complete table would add a fifteenth to the
/// page.
pub fn mistaken_for(catalogue: &Catalogue, name: &str) -> Option<String> {
    let look = look(name);
    if look.is_empty() || model_id(catalogue, name).1 {
        return None;
    }
    let mut names = catalogue.models().map(|model| model.name());
    names.find(|other| self::look(other) == look).map(str::to_owned)
}

fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Soft hyphen; marks of direction and joiners; separators; embeddings and isolates; no-break space of no width.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

/// Letters that stand for those of the other line.
const TWINS: (&str, &str) = (
    "аеорсухіјѕһԁԛԝӏвкмнтгΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεικνορτυχω01|",
    "aeopcyxijshdqwlbkmhtrabezhikmnoptyxabyeikvoptuxwoll",
);

/// What is left of a name once all is taken away that the eye passes over.
fn look(name: &str) -> String {
    let narrow = |character: char| match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        other => other,
    };
    let twin = |character: char| {
        let mut pairs = TWINS.0.chars().zip(TWINS.1.chars());
        let pair = pairs.find(|(twin, _)| *twin == character);
        match pair.map_or(character, |(_, letter)| letter) {
            // The capital is taken for a small l, and case does not count.
            'i' => 'l',
            letter => letter,
        }
    };
    let seen = name.chars().filter(|character| !is_hidden(*character)).map(narrow);
    // Some capitals are taken for another letter than their small ones.
    let letters = seen.map(twin).flat_map(char::to_lowercase).map(twin);
    letters.filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::catalogue::FileFact;
    use crate::catalogue::changes::{Registration, register};
    use crate::digest::Digest;
    use crate::journal::{Journal, Pen, Timestamp, WriterId};

    #[test]
    fn what_is_hidden_is_shown() {
        for (text, shown) in [
            ("plain, with\ttab and\nline", "plain, with\ttab and\nline"),
            ("Ünïcode ✓ 模型 نموذج", "Ünïcode ✓ 模型 نموذج"),
            ("gpj.\u{202e}exe", "gpj.⟨U+202E⟩exe"),
            ("\u{2066}a\u{2069}", "⟨U+2066⟩a⟨U+2069⟩"),
            ("a\u{200b}b\u{200f}", "a⟨U+200B⟩b⟨U+200F⟩"),
            ("\u{feff}x", "⟨U+FEFF⟩x"),
            ("\u{0}\u{1b}[31m\u{85}\r", "⟨U+0000⟩⟨U+001B⟩[31m⟨U+0085⟩⟨U+000D⟩"),
            ("\u{e0041}", "⟨U+E0041⟩"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn names_that_look_alike() {
        for (name, other, alike) in [
            ("fraud-detector", "frаud-detectоr", true),
            ("fraud-detector", "fraud_detector", true),
            ("fraud-detector", "fraud-detector\u{200b}", true),
            ("fraud-detector", "ｆｒａｕｄ detector", true),
            ("mode1", "model", true),
            ("ViT", "vlt", true),
            ("resnet-10", "resnet-IO", true),
            ("НОМЕ", "HOME", true),
            ("CΝN", "cnn", true),
            ("fraud-detector", "fraud-detector-2", false),
            ("v1", "v2", false),
            ("модель", "model", false),
        ] {
            assert_eq!(look(name) == look(other), alike, "{name} {other}");
        }
    }

    #[test]
    fn each_twin_has_its_letter() {
        assert_eq!(TWINS.0.chars().count(), TWINS.1.chars().count());
    }

    #[test]
    fn a_new_name_is_warned_of_and_that_of_the_model_itself_is_not() {
        let mut catalogue = Catalogue::default();
        let what = Registration {
            model_name: "Fraud detector".to_owned(),
            files: vec![FileFact {
                path: "a".to_owned(),
                size_bytes: 0,
                sha256: Digest::of(b""),
            }],
            ..Registration::default()
        };
        let mut pen = Pen::new(
            &Journal::default(),
            WriterId::from_bytes([1; 8]),
            String::new(),
            Timestamp::from_milliseconds(0),
        );
        for change in register(&catalogue, &what, "").unwrap().changes {
            catalogue.apply(&Arc::new(pen.write(change, None)));
        }
        for (name, expected) in [
            ("frаud detector", Some("Fraud detector")),
            ("fraud_detect0r", Some("Fraud detector")),
            ("fraud detector", None),
            ("fraud detector 2", None),
            ("", None),
        ] {
            assert_eq!(mistaken_for(&catalogue, name).as_deref(), expected, "{name}");
        }
    }
}
