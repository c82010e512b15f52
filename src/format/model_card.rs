//! Model cards: a README that begins with what others can look for.
//!
//! Source: huggingface.co/docs/hub, "Model Cards"; yaml.org/spec/1.2.2. Between two lines of `---` stands YAML. Of it
//! scalars and lists of scalars are read; what is nested deeper is shown as it stands there.

use super::cursor::Cursor;
use super::facts::Facts;
use super::problem::Problem;
use super::source::Source;

/// The longest front matter that is read.
const BYTES_MAX: usize = 1024 * 1024;

/// How many lines that are not read are told of.
const WRONG_MAX: usize = 100;

/// Reads a text, if it begins as a card does.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    let mut cursor = Cursor::new(source);
    let bytes = cursor.bytes(source.size().min(BYTES_MAX as u64), BYTES_MAX).await?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut lines = text.lines();
    if lines.next().map(str::trim_end) != Some("---") {
        return Ok(());
    }
    let mut is_ended = false;
    let mut wrong = 0;
    // The entry that is not over: its key, what stands behind it, and the lines below.
    let mut entry: Option<(String, &str, Vec<&str>)> = None;
    for (place, line) in lines.enumerate() {
        if ["---", "..."].contains(&line.trim_end()) {
            is_ended = true;
            break;
        }
        let is_comment = line.starts_with('#');
        let is_below = line.is_empty() || line.starts_with([' ', '\t', '-', ']', '}']);
        match (split(line), &mut entry) {
            _ if is_comment => {}
            (_, Some((.., below))) if is_below => below.push(line),
            (Some((key, value)), _) if !is_below => {
                facts.format = "model-card".into();
                add(entry.replace((key, value, Vec::new())), facts);
            }
            _ if line.trim().is_empty() => {}
            (_, Some(_)) if wrong < WRONG_MAX => {
                wrong += 1;
                facts.warn(format!("Line {} of the card is not read.", place.saturating_add(2)));
            }
            _ => {}
        }
    }
    // A text may begin with a line of dashes and be none.
    let is_none = entry.is_none();
    add(entry, facts);
    match is_ended || is_none {
        true => Ok(()),
        false if source.size() > BYTES_MAX as u64 => Err(Problem::too_many(
            cursor.in_file(),
            "bytes of front matter",
            BYTES_MAX as u64,
        )),
        false => Err(Problem::cut_off(cursor.in_file())),
    }
}

fn add(entry: Option<(String, &str, Vec<&str>)>, facts: &mut Facts) {
    if let Some((key, value, below)) = entry {
        facts.metadata.push((key, shown(value, &below)));
    }
}

/// A key and what follows its colon.
fn split(line: &str) -> Option<(String, &str)> {
    let (key, value) = match line.split_once(": ") {
        Some(parts) => parts,
        None => (line.trim_end().strip_suffix(':')?, ""),
    };
    let key = scalar(key);
    (!key.is_empty()).then_some((key, without_comment(value)))
}

/// A value as a person reads it: a scalar, the items of a list, or the lines as they stand there.
fn shown(value: &str, below: &[&str]) -> String {
    let mut below: Vec<&str> = below.iter().map(|line| line.trim_end()).collect();
    while below.last().is_some_and(|line| line.is_empty()) {
        below.pop();
    }
    let all = || {
        [value]
            .into_iter()
            .chain(below.iter().map(|line| line.trim()))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let below_only = || {
        let of_text = below.iter().filter(|line| !line.is_empty());
        let indent = of_text
            .map(|line| line.len() - line.trim_start().len())
            .min()
            .unwrap_or(0);
        below
            .iter()
            .map(|line| line.get(indent..).unwrap_or_default())
            .collect::<Vec<_>>()
    };
    match value.chars().next() {
        Some('[') => match list(&all()) {
            Some(items) => items.join(", "),
            None => all(),
        },
        // A text of lines, which are kept (`|`) or joined (`>`).
        Some('|') => below_only().join("\n"),
        Some('>') => below_only().join(" "),
        Some(_) => scalar(&all()),
        None => {
            let lines = below_only();
            let items: Option<Vec<_>> = lines.iter().map(|line| item(line)).collect();
            items.map_or_else(|| lines.join("\n"), |items| items.join(", "))
        }
    }
}

/// The scalar of a line of a list; None where there is more than one.
fn item(line: &str) -> Option<String> {
    let value = without_comment(line.strip_prefix("- ")?.trim());
    let is_nested = value.starts_with(['[', '{', '-', '|', '>', '&', '*', '!']) || is_pair(value);
    (!is_nested).then(|| scalar(value))
}

fn is_pair(value: &str) -> bool {
    !value.starts_with(['"', '\'']) && (value.contains(": ") || value.ends_with(':'))
}

/// The items of `[a, "b, c"]`; None where there are lists or pairs among them.
fn list(value: &str) -> Option<Vec<String>> {
    let inner = value.strip_prefix('[')?.trim_end().strip_suffix(']')?;
    let (mut items, mut item, mut quote) = (Vec::new(), String::new(), None);
    for character in inner.chars() {
        match (quote, character) {
            (None, ',') => items.push(std::mem::take(&mut item)),
            (None, '[' | '{') => return None,
            _ => {
                if quote == Some(character) {
                    quote = None;
                } else if quote.is_none() && ['"', '\''].contains(&character) && item.trim().is_empty() {
                    quote = Some(character);
                }
                item.push(character);
            }
        }
    }
    items.push(item);
    let items = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty());
    Some(items.map(scalar).collect())
}

/// A scalar without its quotes.
fn scalar(value: &str) -> String {
    let value = value.trim();
    let quoted = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inner) = quoted('\'') {
        return inner.replace("''", "'");
    }
    match quoted('"') {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\"),
        None => value.to_owned(),
    }
}

/// A value without the comment behind it. What is within quotes or brackets is no comment.
fn without_comment(value: &str) -> &str {
    let value = value.trim();
    let closing = match value.chars().next() {
        Some('#') => return "",
        Some('[') => "]",
        Some('"') => "\"",
        Some('\'') => "'",
        _ => return value.split_once(" #").map_or(value, |(value, _)| value.trim_end()),
    };
    let cut = value.rsplit_once(" #").map(|(value, _)| value.trim_end());
    cut.filter(|value| value.len() > 1 && value.ends_with(closing))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::format::harm::{facts_of, harm};

    const CARD: &str = include_str!("../../tests/fixtures/models/hf/tiny-llama-3shards/README.md");
    const GOLDEN: &str = include_str!("../../tests/fixtures/goldens/hf/tiny-llama-3shards/README.md.json");
    const ADAPTER: &str = include_str!("../../tests/fixtures/models/hf/lora-adapter/README.md");
    const ADAPTER_GOLDEN: &str = include_str!("../../tests/fixtures/goldens/hf/lora-adapter/README.md.json");

    #[test]
    fn a_card_says_what_its_golden_says() {
        for (card, golden) in [(CARD, GOLDEN), (ADAPTER, ADAPTER_GOLDEN)] {
            let facts = facts_of("README.md", card.as_bytes());
            assert_eq!(facts.stopped, None);
            assert_eq!(facts.warnings, [""; 0]);
            let golden: serde_json::Value = serde_json::from_str(golden).unwrap();
            let golden = golden.get("front_matter").unwrap().as_object().unwrap();
            assert_eq!(facts.metadata.len(), golden.len());
            for (key, ours) in &facts.metadata {
                let theirs = golden.get(key).unwrap();
                let items = theirs.as_array().into_iter().flatten().map(|item| item.as_str());
                match (theirs.as_str(), items.collect::<Option<Vec<_>>>()) {
                    (Some(text), _) => assert_eq!(ours, text),
                    (_, Some(items)) => assert_eq!(*ours, items.join(", ")),
                    _ => assert!(ours.starts_with("- name: tiny-llama-3shards\n  results:\n"), "{ours}"),
                }
            }
        }
    }

    #[test]
    fn values_of_each_kind() {
        let card = concat!(
            "---\r\n",
            "license: 'it''s mine' \n",
            "# a comment\n",
            "tags: [a, \"b, c\", 'd'] # another\n",
            "metrics: []\n",
            "more:\n  - one # first\n  - \"two: 2\"\n\n",
            "flow: [a,\n  b\n]\n",
            "text: |\n  first\n    second\n",
            "folded: >-\n  first\n  second\n",
            "long: first\n  second\n",
            "nested:\n  a: 1\n  b:\n    - 2\n",
            "\"quoted key\": \"say \\\"hi\\\"\"\n",
            "quotes: \"a # b\" # c\n",
            "url: https://a.b/c#d\n",
            "empty:\n",
            "? odd\n",
            "---\nrest: of the text\n"
        );
        let facts = facts_of("README.md", card.as_bytes());
        let expected = [
            ("license", "it's mine"),
            ("tags", "a, b, c, d"),
            ("metrics", ""),
            ("more", "one, two: 2"),
            ("flow", "a, b"),
            ("text", "first\n  second"),
            ("folded", "first second"),
            ("long", "first second"),
            ("nested", "a: 1\nb:\n  - 2"),
            ("quoted key", "say \"hi\""),
            ("quotes", "a # b"),
            ("url", "https://a.b/c#d"),
            ("empty", ""),
        ];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(facts.metadata, expected);
        assert_eq!(facts.warnings, ["Line 29 of the card is not read."]);
        assert_eq!(facts.format, "model-card");
        assert_eq!(facts_of("README.md", b"# Title\n---\n").format, "");
        assert_eq!(facts_of("README.md", b"---\n\nSome text.\n").stopped, None);
        assert!(facts_of("README.md", b"---\na: b\n").stopped.is_some());
    }

    #[test]
    fn nothing_panics() {
        harm("README.md", CARD.as_bytes(), 0, 1, 3_000);
    }
}
